#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xpath.h>

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

xmlXPathContextPtr xmlXPathNewContext(xmlDocPtr document) {
  REAL(xmlXPathNewContext);
  return real(document);
}

void xmlXPathFreeContext(xmlXPathContextPtr context) {
  REAL(xmlXPathFreeContext);
  real(context);
}

xmlXPathObjectPtr xmlXPathEval(const xmlChar *expression, xmlXPathContextPtr context) {
  REAL(xmlXPathEval);
  return real(expression, context);
}

void xmlXPathFreeObject(xmlXPathObjectPtr object) {
  REAL(xmlXPathFreeObject);
  real(object);
}

xmlBufferPtr xmlBufferCreate(void) {
  REAL(xmlBufferCreate);
  return real();
}

void xmlBufferFree(xmlBufferPtr buffer) {
  REAL(xmlBufferFree);
  real(buffer);
}

const xmlChar *xmlBufferContent(const xmlBuffer *buffer) {
  REAL(xmlBufferContent);
  return real(buffer);
}

int xmlNodeDump(xmlBufferPtr buffer, xmlDocPtr document, xmlNodePtr node, int level, int format) {
  REAL(xmlNodeDump);
  return real(buffer, document, node, level, format);
}

xmlNodePtr xmlNewNode(xmlNsPtr namespace, const xmlChar *name) {
  REAL(xmlNewNode);
  return real(namespace, name);
}

xmlNodePtr xmlAddChild(xmlNodePtr parent, xmlNodePtr child) {
  REAL(xmlAddChild);
  return real(parent, child);
}

xmlNodePtr xmlCopyNode(xmlNodePtr node, int extended) {
  REAL(xmlCopyNode);
  return real(node, extended);
}

void xmlFreeNode(xmlNodePtr node) {
  REAL(xmlFreeNode);
  real(node);
}
