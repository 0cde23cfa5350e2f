/*
 * Nothing to call: the helper is linked with musl, and this target supplies what Swift's runtime
 * and Debian's libcap-ng.a, which was compiled for glibc, ask of the C library under names that
 * musl does not have.
 */
#ifndef MUSL_SUPPORT_H
#define MUSL_SUPPORT_H
#endif
