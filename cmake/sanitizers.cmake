# NSEDBG_SANITIZE=address,undefined instruments every target, the agent too: nmap itself is not
# instrumented, so whoever starts it with such an agent preloads libasan (tests/ does).
if(NSEDBG_SANITIZE)
  add_compile_options(-fsanitize=${NSEDBG_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${NSEDBG_SANITIZE})
endif()
if(NSEDBG_FUZZ)
  # Findings end the run; RapidJSON's null + n is none.
  add_compile_options(-fsanitize=fuzzer-no-link -fno-sanitize-recover=undefined
    -fno-sanitize=pointer-overflow)
endif()
