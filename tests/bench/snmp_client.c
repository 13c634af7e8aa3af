/* GETs to many agents of 127.0.0.0/8, 256 on their way at once: client PORT COUNT HEAD TAIL (octets in hexadecimal;
   between them the request id). It fails when an answer does not come in a second. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

static size_t unhex(const char *text, unsigned char *out) {
    size_t n = strlen(text) / 2;
    for (size_t i = 0; i < n; i++) {
        unsigned octet;
        sscanf(text + 2 * i, "%2x", &octet);
        out[i] = (unsigned char)octet;
    }
    return n;
}

int main(int argc, char **argv) {
    if (argc != 5) return 2;
    unsigned char packet[1500], answer[65536];
    long count = atol(argv[2]), sent = 0, got = 0;
    size_t at = unhex(argv[3], packet), size = at + 4;
    size += unhex(argv[4], packet + size);
    int line = socket(AF_INET, SOCK_DGRAM, 0), buffer = 4 << 20;
    struct timeval second = {1, 0};
    setsockopt(line, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    setsockopt(line, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof second);
    struct sockaddr_in agent = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[1]))};
    while (got < count) {
        while (sent < count && sent - got < 256) {
            unsigned id = htonl(0x40000000u | (unsigned)sent);
            memcpy(packet + at, &id, 4);
            agent.sin_addr.s_addr = htonl(0x7f080001u + (unsigned)(sent++ % 1000));
            if (sendto(line, packet, size, 0, (struct sockaddr *)&agent, sizeof agent) < 0) return 1;
        }
        if (recv(line, answer, sizeof answer, 0) < 0) return 1;
        got++;
    }
    return 0;
}
