# Headers, both libraries, the CMake package, the pkg-config file; and packages of them.

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/hyperparameter)
install(FILES include/hyperparameter.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY include/hyperparameter DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
if(HYPERPARAMETER_STATIC)
  install(FILES ${HYPERPARAMETER_STATIC_FILE} DESTINATION ${CMAKE_INSTALL_LIBDIR})
  get_filename_component(HYPERPARAMETER_STATIC_NAME ${HYPERPARAMETER_STATIC_FILE} NAME)
endif()
if(HYPERPARAMETER_SHARED)
  if(APPLE)
    set(HYPERPARAMETER_SHARED_NAME libhyperparameter_c.1.dylib)
  else()
    set(HYPERPARAMETER_SHARED_NAME libhyperparameter_c.so.1)
  endif()
  install(PROGRAMS ${HYPERPARAMETER_SHARED_FILE} DESTINATION ${CMAKE_INSTALL_LIBDIR} RENAME ${HYPERPARAMETER_SHARED_NAME})
  get_filename_component(link ${HYPERPARAMETER_SHARED_FILE} NAME)
  install(CODE "
    set(directory \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_LIBDIR}\")
    file(CREATE_LINK ${HYPERPARAMETER_SHARED_NAME} \"\${directory}/${link}\" SYMBOLIC)")
endif()

configure_package_config_file(cmake/hyperparameter-config.cmake.in hyperparameter-config.cmake
  INSTALL_DESTINATION ${package} PATH_VARS CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_LIBDIR)
# Before 1.0 a new minor version may change things.
write_basic_package_version_file(hyperparameter-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/hyperparameter-config.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/hyperparameter-config-version.cmake cmake/targets.cmake DESTINATION ${package})

string(REPLACE ";" " " private "${HYPERPARAMETER_NATIVE_LIBRARIES}")
file(RELATIVE_PATH to_prefix /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
configure_file(cmake/hyperparameter.pc.in hyperparameter.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/hyperparameter.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

if(top_level)
  set(CPACK_PACKAGE_NAME libhyperparameter-dev)
  set(CPACK_PACKAGE_CONTACT "The hyperparameter project")
  set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
  set(CPACK_RESOURCE_FILE_LICENSE ${CMAKE_CURRENT_SOURCE_DIR}/../LICENSE-MIT)
  set(CPACK_STRIP_FILES OFF)
  set(CPACK_DEBIAN_PACKAGE_SECTION libdevel)
  set(CPACK_DEBIAN_PACKAGE_DEPENDS "libc6, libgcc-s1")
  set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
  set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
  set(CPACK_GENERATOR DEB)
  include(CPack)
endif()
