# The targets, in the build tree and in an installed package alike.

function(hyperparameter_targets include static shared native)
  foreach(kind static shared)
    string(TOUPPER ${kind} keyword)
    if(TARGET hyperparameter::${kind} OR NOT ${kind})
      continue()
    endif()
    add_library(hyperparameter::${kind} ${keyword} IMPORTED GLOBAL)
    set_target_properties(hyperparameter::${kind} PROPERTIES
      IMPORTED_LOCATION ${${kind}}
      INTERFACE_INCLUDE_DIRECTORIES ${include}
      INTERFACE_COMPILE_FEATURES cxx_std_17)
  endforeach()
  if(TARGET hyperparameter::static)
    set_target_properties(hyperparameter::static PROPERTIES INTERFACE_LINK_LIBRARIES "${native}")
  endif()
  if(TARGET hyperparameter::hyperparameter)
    return()
  endif()
  set(chosen static)
  if((BUILD_SHARED_LIBS AND TARGET hyperparameter::shared) OR NOT TARGET hyperparameter::static)
    set(chosen shared)
  endif()
  add_library(hyperparameter::hyperparameter INTERFACE IMPORTED GLOBAL)
  set_target_properties(hyperparameter::hyperparameter PROPERTIES INTERFACE_LINK_LIBRARIES hyperparameter::${chosen})
endfunction()
