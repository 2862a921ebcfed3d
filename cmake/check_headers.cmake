# The target check_headers compiles each of our headers alone, as the only line of a file.
function(darbe_check_headers)
  file(GLOB headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/src/*.h ${PROJECT_SOURCE_DIR}/src/*/*.h)
  foreach(header ${headers})
    set(file ${PROJECT_BINARY_DIR}/headers/${header}.cc)
    file(CONFIGURE OUTPUT ${file} CONTENT "#include \"${header}\"\n")
    list(APPEND files ${file})
  endforeach()
  add_library(check_headers OBJECT EXCLUDE_FROM_ALL ${files})
  target_include_directories(check_headers PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(check_headers PRIVATE darbe_flags fmt::fmt mariadb::client)  # which mysql/client_library.h includes
endfunction()
