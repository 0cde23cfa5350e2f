/*
 * The floor under every helper: a static program that is started, sends one byte over --fd=FD and
 * ends. What it takes is what fork, exec, exit and one message take; nobody can be faster.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++)
    if (strncmp(argv[i], "--fd=", 5) == 0)
      return send(atoi(argv[i] + 5), "", 1, MSG_NOSIGNAL) == 1 ? 0 : 1;
  return 64;
}
