/*
 * A monitor's use of vhost-net, without a guest: asks by ARP who has 192.0.2.1, once by each queue,
 * through vrings that the kernel works on, and waits for the answers.
 *
 *   vhost-ping TAP:TAP... VHOST:VHOST...     numbers of open descriptors
 *
 * Source: <linux/vhost.h>, <linux/virtio_ring.h>.
 */
#include <linux/vhost.h>
#include <linux/virtio_net.h>
#include <linux/virtio_ring.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SIZE = 4, PAGES = 4 * 4096, QUEUES = 16 };

static void must(int ok, const char *what) {
  if (ok) return;
  perror(what);
  exit(1);
}

/* One of the two rings of a queue, in a memory of its own. */
struct ring {
  struct vring vring;
  unsigned char *buffer;
  int kick, call;
};

static void start(struct ring *ring, int vhost, int tap, unsigned index, unsigned char *memory) {
  vring_init(&ring->vring, SIZE, memory, 4096);
  ring->buffer = memory + 3 * 4096 / 2;
  ring->kick = eventfd(0, 0);
  ring->call = eventfd(0, 0);
  ring->vring.desc[0] = (struct vring_desc){
      .addr = (unsigned long)ring->buffer, .len = 2048, .flags = index == 0 ? VRING_DESC_F_WRITE : 0};
  struct vhost_vring_state number = {index, SIZE}, base = {index, 0};
  struct vhost_vring_addr address = {.index = index,
                                     .desc_user_addr = (unsigned long)ring->vring.desc,
                                     .used_user_addr = (unsigned long)ring->vring.used,
                                     .avail_user_addr = (unsigned long)ring->vring.avail};
  struct vhost_vring_file kick = {index, ring->kick}, call = {index, ring->call},
                          backend = {index, tap};
  must(ioctl(vhost, VHOST_SET_VRING_NUM, &number) == 0, "VHOST_SET_VRING_NUM");
  must(ioctl(vhost, VHOST_SET_VRING_BASE, &base) == 0, "VHOST_SET_VRING_BASE");
  must(ioctl(vhost, VHOST_SET_VRING_ADDR, &address) == 0, "VHOST_SET_VRING_ADDR");
  must(ioctl(vhost, VHOST_SET_VRING_KICK, &kick) == 0, "VHOST_SET_VRING_KICK");
  must(ioctl(vhost, VHOST_SET_VRING_CALL, &call) == 0, "VHOST_SET_VRING_CALL");
  must(ioctl(vhost, VHOST_NET_SET_BACKEND, &backend) == 0, "VHOST_NET_SET_BACKEND");
}

/* Gives the kernel the ring's only buffer. */
static void offer(struct ring *ring) {
  ring->vring.avail->ring[ring->vring.avail->idx % SIZE] = 0;
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
  ring->vring.avail->idx++;
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
  unsigned long long one = 1;
  must(write(ring->kick, &one, sizeof one) == sizeof one, "kick");
}

static int numbers(char *text, int found[QUEUES]) {
  int count = 0;
  for (char *word = strtok(text, ":"); word && count < QUEUES; word = strtok(NULL, ":")) {
    found[count++] = atoi(word);
  }
  return count;
}

int main(int argc, char **argv) {
  int taps[QUEUES], vhosts[QUEUES];
  if (argc != 3) return 64;
  int count = numbers(argv[1], taps);
  if (count < 1 || numbers(argv[2], vhosts) != count) return 64;

  static const unsigned char request[] = {
      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x52, 0x54, 0, 0, 0, 9, 0x08, 0x06, /* Ethernet */
      0, 1, 0x08, 0, 6, 4, 0, 1, 0x52, 0x54, 0, 0, 0, 9, 192, 0, 2, 9,        /* ARP, who we are */
      0, 0, 0, 0, 0, 0, 192, 0, 2, 1};                                       /* whom we look for */
  enum { HEADER = sizeof(struct virtio_net_hdr), LENGTH = HEADER + 60 };
  static struct ring receive[QUEUES], send[QUEUES];
  struct pollfd calls[QUEUES];

  for (int i = 0; i < count; i++) {
    unsigned char *memory = mmap(NULL, 2 * PAGES, PROT_READ | PROT_WRITE,
                                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    must(memory != MAP_FAILED, "mmap");
    unsigned long long features = 0, none = 0;
    must(ioctl(vhosts[i], VHOST_SET_OWNER) == 0, "VHOST_SET_OWNER");
    must(ioctl(vhosts[i], VHOST_GET_FEATURES, &features) == 0, "VHOST_GET_FEATURES");
    must(ioctl(vhosts[i], VHOST_SET_FEATURES, &none) == 0, "VHOST_SET_FEATURES");
    struct vhost_memory *map = calloc(1, sizeof *map + sizeof *map->regions);
    must(map != NULL, "calloc");
    map->nregions = 1;
    map->regions[0] = (struct vhost_memory_region){.guest_phys_addr = (unsigned long)memory,
                                                   .memory_size = 2 * PAGES,
                                                   .userspace_addr = (unsigned long)memory};
    must(ioctl(vhosts[i], VHOST_SET_MEM_TABLE, map) == 0, "VHOST_SET_MEM_TABLE");
    start(&receive[i], vhosts[i], taps[i], 0, memory);
    start(&send[i], vhosts[i], taps[i], 1, memory + PAGES);
    offer(&receive[i]);
    calls[i] = (struct pollfd){.fd = receive[i].call, .events = POLLIN};
    printf("queue %d features %llx\n", i, features);
  }
  for (int sent = 0, answered = 0; sent < count; sent++) {
    memcpy(send[sent].buffer + HEADER, request, sizeof request);
    send[sent].vring.desc[0].len = LENGTH;
    offer(&send[sent]);
    /* An answer may come by any queue, and other frames before it. */
    while (answered <= sent) {
      must(poll(calls, (nfds_t)count, 20000) > 0, "no answer");
      for (int i = 0; i < count; i++) {
        unsigned long long rings;
        if (!(calls[i].revents & POLLIN)) continue;
        must(read(receive[i].call, &rings, sizeof rings) == sizeof rings, "read");
        const unsigned char *frame = receive[i].buffer + HEADER;
        if (frame[12] == 8 && frame[13] == 6 && frame[21] == 2) {
          printf("sent by queue %d, 192.0.2.1 answers\n", sent);
          answered++;
        }
        offer(&receive[i]);
      }
    }
  }
  fflush(stdout);
  /* Whoever wants to look at the tap meanwhile holds our input open. */
  while (getchar() != EOF) continue;
  return 0;
}
