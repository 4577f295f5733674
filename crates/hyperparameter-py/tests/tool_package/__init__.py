"""A package that declares and reads parameters in every way that its source can say."""
