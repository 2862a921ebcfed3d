# The target check_tidy runs clang-tidy, which .clang-tidy also asks for clang's thread-safety analysis of base/mutex.h's
# annotations, on each of our files whose object is newer than its last clean run: that is whenever a header changed too.
function(darbe_check_tidy)
  foreach(folder "" tests bench)
    cmake_path(APPEND PROJECT_SOURCE_DIR "${folder}" OUTPUT_VARIABLE from)
    cmake_path(APPEND PROJECT_BINARY_DIR "${folder}" OUTPUT_VARIABLE to)
    get_property(targets DIRECTORY ${from} PROPERTY BUILDSYSTEM_TARGETS)
    foreach(target ${targets})
      get_target_property(sources ${target} SOURCES)
      list(FILTER sources INCLUDE REGEX "\\.cc$")
      foreach(source ${sources})
        cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${from})
        cmake_path(IS_PREFIX PROJECT_BINARY_DIR ${source} is_generated)
        if(is_generated)
          continue()
        endif()
        cmake_path(RELATIVE_PATH source BASE_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE name)
        set(clean ${PROJECT_BINARY_DIR}/tidy/${name}.clean)
        if(clean IN_LIST all)  # a file of several targets
          continue()
        endif()
        cmake_path(RELATIVE_PATH source BASE_DIRECTORY ${from} OUTPUT_VARIABLE object)
        string(REPLACE "../" "__/" object ${object})
        cmake_path(GET clean PARENT_PATH clean_folder)
        file(MAKE_DIRECTORY ${clean_folder})
        add_custom_command(
          OUTPUT ${clean}
          COMMAND clang-tidy-19 -p ${PROJECT_BINARY_DIR} --quiet ${source}
          COMMAND ${CMAKE_COMMAND} -E touch ${clean}
          DEPENDS ${to}/CMakeFiles/${target}.dir/${object}.o ${PROJECT_SOURCE_DIR}/.clang-tidy
          COMMENT "clang-tidy ${name}"
          VERBATIM)
        list(APPEND all ${clean})
      endforeach()
    endforeach()
  endforeach()
  add_custom_target(check_tidy DEPENDS ${all})
endfunction()
