# One set of warnings for all of our targets; errors only where CI asks for it.
add_library(nsedbg_warnings INTERFACE)
target_compile_options(nsedbg_warnings INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor)
if(NSEDBG_WERROR)
  target_compile_options(nsedbg_warnings INTERFACE -Werror)
endif()
