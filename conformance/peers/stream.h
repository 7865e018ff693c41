/* stream.h -- messages on one TCP connection (spec/envelope.md section 2).
 *
 * A message follows its length in 4 octets.  Nothing is reserved for a message
 * before its length has been found good (ENV-S-01). */
#ifndef SEMPER_PEERS_STREAM_H
#define SEMPER_PEERS_STREAM_H

#include <time.h>

#include "base/bytes.h"
#include "role/envelope.h"

struct stream {
	int fd; /* -1: closed */
	bool connecting;
	time_t moved; /* when an octet came or went last */

	uint8_t head[SEMPER_FRAME_HEAD];
	size_t have;             /* octets of head and message that are here */
	struct semper_buffer in; /* the message; no data: none begun */

	struct semper_buffer out; /* what waits to be sent */
	size_t sent;              /* of it */
};

/* A closed stream, and one over FD, which is made non-blocking. */
#define STREAM_CLOSED ((struct stream){.fd = -1})
struct stream stream_over(int fd, time_t now);

void stream_close(struct stream *stream);

/* A socket that listens at HOST:PORT, or one that is being connected to it;
 * -1, and a sentence on standard error, if there is none. */
int stream_listen(const char *address);
int stream_connect(const char *address);

/* The port FD is bound to. */
unsigned stream_port(int fd);

/* Is there something to send, or a connection to wait for? */
bool stream_waits(const struct stream *stream);

/* Is part of a message here, and the rest not? */
bool stream_halfway(const struct stream *stream);

enum stream_verdict { STREAM_MORE, STREAM_MESSAGE, STREAM_OVER };

/* Read on.  STREAM_MESSAGE: stream->in is a whole message, to be given back
 * with stream_taken.  STREAM_MORE: not yet.  STREAM_OVER: the other side has
 * closed, broken off, or sent a length that is none; the stream is to be
 * closed. */
enum stream_verdict stream_read(struct stream *stream, time_t now);
void stream_taken(struct stream *stream);

/* Queue a message; false if too much waits already. */
bool stream_send(struct stream *stream, struct semper_bytes msg);

/* Send what can be sent; false if the stream is to be closed. */
bool stream_write(struct stream *stream, time_t now);

#endif
