#include <cstdio>

int main() { std::printf("hello world %d\n", 1); }
