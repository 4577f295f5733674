# Builds the libraries with cargo, and finds what the static one needs of the system.

function(hyperparameter_build_with_cargo)
  set(directory ${HYPERPARAMETER_CARGO_PROFILE})
  if(directory STREQUAL "dev")
    set(directory debug)
  endif()
  set(out ${HYPERPARAMETER_CARGO_TARGET_DIR}/${directory})
  # Beside what it says of, and not in the build folder: the words that cargo is given are the same from every build folder,
  # so it builds once for all that share its own.
  set(libraries ${out}/hyperparameter_c.native-libraries.txt)
  set(kinds)
  if(NOT HYPERPARAMETER_SHARED)
    set(kinds --crate-type staticlib)
  elseif(NOT HYPERPARAMETER_STATIC)
    set(kinds --crate-type cdylib)
  endif()
  # By whatever links the sources are reached: cargo would build anew for each.
  get_filename_component(root ${CMAKE_CURRENT_SOURCE_DIR}/.. REALPATH)
  set(offline)
  if(HYPERPARAMETER_OFFLINE)
    set(offline --offline)
  endif()
  set(cargo ${CMAKE_COMMAND} -E env CARGO_TARGET_DIR=${HYPERPARAMETER_CARGO_TARGET_DIR} ${HYPERPARAMETER_CARGO} rustc
            --quiet --locked ${offline} --package hyperparameter-cpp --lib --profile ${HYPERPARAMETER_CARGO_PROFILE}
            --manifest-path ${root}/Cargo.toml ${kinds} --
            --print native-static-libs=${libraries})

  # The compiler says what a static library of its own needs, when it makes one: so it is made now.
  set(native)
  if(HYPERPARAMETER_STATIC)
    if(NOT EXISTS ${libraries})
      message(STATUS "Building hyperparameter with cargo")
      execute_process(COMMAND ${cargo} RESULT_VARIABLE failed ERROR_VARIABLE said OUTPUT_VARIABLE said)
      if(failed OR NOT EXISTS ${libraries})
        message(FATAL_ERROR "cargo could not build hyperparameter:\n${said}")
      endif()
    endif()
    file(STRINGS ${libraries} native)
    separate_arguments(native)
    list(REMOVE_DUPLICATES native)
    # What every program is linked with anyway.
    list(REMOVE_ITEM native -lc)
    message(STATUS "hyperparameter: the static library needs ${native}")
  endif()

  set(static ${out}/${CMAKE_STATIC_LIBRARY_PREFIX}hyperparameter_c${CMAKE_STATIC_LIBRARY_SUFFIX})
  set(shared ${out}/${CMAKE_SHARED_LIBRARY_PREFIX}hyperparameter_c${CMAKE_SHARED_LIBRARY_SUFFIX})
  # A program looks for the shared library by the name of its interface.
  if(APPLE)
    set(named ${out}/libhyperparameter_c.1.dylib)
  else()
    set(named ${shared}.1)
  endif()
  set(files)
  set(link)
  if(HYPERPARAMETER_STATIC)
    list(APPEND files ${static})
  else()
    set(static)
  endif()
  if(HYPERPARAMETER_SHARED)
    list(APPEND files ${shared} ${named})
    set(link COMMAND ${CMAKE_COMMAND} -E create_symlink ${shared} ${named})
  else()
    set(shared)
  endif()
  add_custom_target(hyperparameter_cargo ALL
    COMMAND ${CMAKE_COMMAND} -P ${CMAKE_CURRENT_SOURCE_DIR}/cmake/quietly.cmake -- ${cargo} ${link}
    BYPRODUCTS ${files} COMMENT "Building hyperparameter with cargo" VERBATIM)
  set(HYPERPARAMETER_STATIC_FILE ${static} PARENT_SCOPE)
  set(HYPERPARAMETER_SHARED_FILE ${shared} PARENT_SCOPE)
  set(HYPERPARAMETER_NATIVE_LIBRARIES ${native} PARENT_SCOPE)
endfunction()
