/// @file
/// The types that a parameter can have in C++, each in a header of its own: see `traits.h` for how a type crosses to the
/// store and back, and for a type of your own.
#ifndef HYPERPARAMETER_VALUE_H
#define HYPERPARAMETER_VALUE_H

#include <hyperparameter/containers.h>
#include <hyperparameter/durations.h>
#include <hyperparameter/objects.h>
#include <hyperparameter/records.h>
#include <hyperparameter/scalars.h>
#include <hyperparameter/traits.h>

#endif  // HYPERPARAMETER_VALUE_H
