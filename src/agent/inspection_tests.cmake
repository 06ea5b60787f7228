# One GoogleTest binary per Lua version, of the agent's own objects, linked with Debian's Lua.
# Included by CMakeLists.txt (paths are relative to src/agent).
set(agent_inspection_tests
  ../lua/chunk_test.cc
  ../lua/lexer_test.cc
  ../lua/serialize_test.cc
  ../lua/table_test.cc
  completions_test.cc
  condition_test.cc
  evaluate_test.cc
  got.cc
  got_test.cc
  scan_clock.cc
  scopes_test.cc
  target_filter_test.cc
  thread_filter.cc
  thread_filter_test.cc
  values_test.cc
  variables_test.cc
  values_fixture.cc
)

function(add_inspection_test lua_name)
  pkg_check_modules(LUA_${lua_name} REQUIRED IMPORTED_TARGET lua-${lua_name})
  string(REPLACE "." "" suffix ${lua_name})
  set(target inspection-lua${suffix}-test)
  add_executable(${target} ${agent_inspection_tests}
    $<TARGET_OBJECTS:nsedbg-inspection-lua${suffix}>)
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(${target} PRIVATE nsedbg_dap nsedbg_base nsedbg_warnings
    PkgConfig::LUA_${lua_name} GTest::gtest_main)
  add_test(NAME ${target} COMMAND ${target})
endfunction()

if(NSEDBG_TESTS)
  find_package(GTest REQUIRED)
  add_inspection_test(5.3)
  add_inspection_test(5.4)
endif()
