# An overlay port that builds the sources it stands in:
#
#   vcpkg install hyperparameter --overlay-ports=cpp/packaging/vcpkg
#
# Cargo (Rust 1.85) is taken from the machine, as the compiler is.
get_filename_component(SOURCE_PATH "${CMAKE_CURRENT_LIST_DIR}/../../../.." ABSOLUTE)

# The interface is C's, so one library serves Debug and Release.
set(VCPKG_BUILD_TYPE release)
string(COMPARE EQUAL "${VCPKG_LIBRARY_LINKAGE}" static static)
string(COMPARE EQUAL "${VCPKG_LIBRARY_LINKAGE}" dynamic shared)

vcpkg_cmake_configure(
  SOURCE_PATH "${SOURCE_PATH}/cpp"
  OPTIONS
    -DHYPERPARAMETER_STATIC=${static}
    -DHYPERPARAMETER_SHARED=${shared}
    -DHYPERPARAMETER_INSTALL=ON
)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(PACKAGE_NAME hyperparameter CONFIG_PATH lib/cmake/hyperparameter)
vcpkg_fixup_pkgconfig()
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE-MIT" "${SOURCE_PATH}/LICENSE-APACHE")
file(INSTALL "${CMAKE_CURRENT_LIST_DIR}/usage" DESTINATION "${CURRENT_PACKAGES_DIR}/share/${PORT}")
