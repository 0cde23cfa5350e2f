#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "clibxml2_loading.h"

/* As the library names itself from 2.14 on, and before. */
#if LIBXML_VERSION >= 21400
#define LIBRARY "libxml2.so.16"
#else
#define LIBRARY "libxml2.so.2"
#endif

/* As ld.so(8) says and does it for a library that is not there. */
static void *find(const char *name) {
  static void *library;
  if (library == NULL) library = dlopen(LIBRARY, RTLD_LAZY | RTLD_LOCAL);
  void *function = library == NULL ? NULL : dlsym(library, name);
  if (function == NULL) {
    fprintf(stderr, "error while loading shared libraries: %s\n", dlerror());
    exit(127);
  }
  return function;
}

/* The real function, looked up once; one thread reads XML. */
#define REAL(name) \
  static __typeof__(&name) real; \
  if (real == NULL) real = (__typeof__(&name))find(#name)

void xmlInitParser(void) {
  REAL(xmlInitParser);
  real();
}

xmlParserCtxtPtr xmlNewParserCtxt(void) {
  REAL(xmlNewParserCtxt);
  return real();
}

void xmlFreeParserCtxt(xmlParserCtxtPtr context) {
  REAL(xmlFreeParserCtxt);
  real(context);
}

xmlDocPtr xmlCtxtReadMemory(xmlParserCtxtPtr context, const char *buffer, int size, const char *url,
                            const char *encoding, int options) {
  REAL(xmlCtxtReadMemory);
  return real(context, buffer, size, url, encoding, options);
}

xmlNodePtr xmlDocGetRootElement(const xmlDoc *document) {
  REAL(xmlDocGetRootElement);
  return real(document);
}

void xmlFreeDoc(xmlDocPtr document) {
  REAL(xmlFreeDoc);
  real(document);
}

long xmlGetLineNo(const xmlNode *node) {
  REAL(xmlGetLineNo);
  return real(node);
}
