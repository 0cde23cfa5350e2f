/*
 * More of the C side of tapster, by the same rules as clinux.h: what only the engine needs, which
 * runs as an administrator. Apart, so that the helper has none of it.
 */
#ifndef CLINUX_HOST_H
#define CLINUX_HOST_H

#include "clinux_account.h"
#include "clinux_directory.h"
#include "clinux_inspect.h"
#include "clinux_program.h"
#include "clinux_service.h"
#include "clinux_spawn.h"
#include "clinux_terminal.h"
#include "clinux_text.h"
#include "clinux_watch.h"

#endif
