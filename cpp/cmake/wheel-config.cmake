# The CMake package in the Python wheel: find_package(hyperparameter CONFIG) with
#   -Dhyperparameter_DIR=$(python -m hyperparameter --cmakedir)
# Targets hyperparameter::shared and hyperparameter::hyperparameter, which is the same here: two modules of one process that
# each had the static library would have a store each where Python's is not there.
include(${CMAKE_CURRENT_LIST_DIR}/targets.cmake)
get_filename_component(package ${CMAKE_CURRENT_LIST_DIR}/../../.. ABSOLUTE)

set(shared)
foreach(name libhyperparameter_c.so.1 libhyperparameter_c.1.dylib)
  if(EXISTS ${package}/lib/${name})
    set(shared ${package}/lib/${name})
    set(hyperparameter_shared_FOUND TRUE)
  endif()
endforeach()
set(hyperparameter_FOUND TRUE)
foreach(component IN LISTS hyperparameter_FIND_COMPONENTS)
  if(hyperparameter_FIND_REQUIRED_${component} AND NOT hyperparameter_${component}_FOUND)
    set(hyperparameter_FOUND FALSE)
    set(hyperparameter_NOT_FOUND_MESSAGE
        "the hyperparameter of Python (${package}) has the component shared and not ${component}: for that, install "
        "hyperparameter for C++ (cpp/README.md)")
    string(CONCAT hyperparameter_NOT_FOUND_MESSAGE ${hyperparameter_NOT_FOUND_MESSAGE})
  endif()
endforeach()
if(NOT shared)
  set(hyperparameter_FOUND FALSE)
  set(hyperparameter_NOT_FOUND_MESSAGE "${package}/lib has no shared library for this system")
endif()
if(hyperparameter_FOUND)
  hyperparameter_targets(${package}/include "" ${shared} "")
  # Where an installed module looks for the library: beside itself in site-packages, or beside its own package there. In a
  # file, which the linker reads itself: the $ would be doubled on its way by CMake before 4.
  if(APPLE)
    set(here @loader_path)
  else()
    set(here $ORIGIN)
  endif()
  set(options ${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/hyperparameter-rpath.txt)
  file(WRITE ${options} "-rpath ${here}/hyperparameter/lib\n-rpath ${here}/../hyperparameter/lib\n")
  set_property(TARGET hyperparameter::shared PROPERTY INTERFACE_LINK_OPTIONS "LINKER:@${options}")
endif()
