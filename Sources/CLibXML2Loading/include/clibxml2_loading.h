/*
 * libxml2, loaded when the first XML is read.
 *
 * With libxml2 come ICU and libstdc++: half of the time that a command takes to start. Most of the
 * commands that have to be quick read no XML. So this target defines the functions of libxml2 that
 * we call, each of which loads the library and calls the real one; the linker, which finds them
 * here, does not make the program need the library at its start.
 */
#ifndef CLIBXML2_LOADING_H
#define CLIBXML2_LOADING_H

#endif
