#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/ct.h"
#include "complain.h"

#define WAITING_MAX ((size_t)4 << 20)
#define BACKLOG 64

/* ---- addresses ---- */

/* Resolve HOST:PORT; [::1]:7001 has brackets. */
static struct addrinfo *
resolve(const char *address, int flags)
{
	struct addrinfo hints = {.ai_family = AF_UNSPEC,
	    .ai_socktype = SOCK_STREAM,
	    .ai_flags = flags | AI_NUMERICSERV};
	struct addrinfo *list = NULL;
	const char *colon = strrchr(address, ':');
	size_t n = colon != NULL ? (size_t)(colon - address) : 0;
	char host[256];

	if (n >= 2 && address[0] == '[' && address[n - 1] == ']') {
		address++;
		n -= 2;
	}
	if (colon == NULL || n >= sizeof host)
		return NULL;
	memcpy(host, address, n);
	host[n] = '\0';
	return getaddrinfo(n != 0 ? host : NULL, colon + 1, &hints, &list) == 0
	    ? list
	    : NULL;
}

static int
no_stream(const char *address, const char *why)
{
	complain(address, why);
	return -1;
}

int
stream_listen(const char *address)
{
	struct addrinfo *list = resolve(address, AI_PASSIVE);
	int one = 1, fd = -1;

	if (list == NULL)
		return no_stream(address, "no such address");
	fd = socket(list->ai_family, SOCK_STREAM, 0);
	if (fd >= 0 &&
	    (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
		bind(fd, list->ai_addr, list->ai_addrlen) != 0 ||
		listen(fd, BACKLOG) != 0 ||
		fcntl(fd, F_SETFL, O_NONBLOCK) != 0)) {
		close(fd);
		fd = -1;
	}
	freeaddrinfo(list);
	return fd >= 0 ? fd : no_stream(address, strerror(errno));
}

int
stream_connect(const char *address)
{
	struct addrinfo *list = resolve(address, 0);
	int fd;

	if (list == NULL)
		return no_stream(address, "no such address");
	fd = socket(list->ai_family, SOCK_STREAM, 0);
	if (fd >= 0 &&
	    (fcntl(fd, F_SETFL, O_NONBLOCK) != 0 ||
		(connect(fd, list->ai_addr, list->ai_addrlen) != 0 &&
		    errno != EINPROGRESS))) {
		close(fd);
		fd = -1;
	}
	freeaddrinfo(list);
	return fd >= 0 ? fd : no_stream(address, strerror(errno));
}

unsigned
stream_port(int fd)
{
	struct sockaddr_storage at = {.ss_family = AF_UNSPEC};
	socklen_t len = sizeof at;
	char port[8] = "0";

	if (getsockname(fd, (struct sockaddr *)&at, &len) == 0)
		getnameinfo((struct sockaddr *)&at, len, NULL, 0, port,
		    sizeof port, NI_NUMERICSERV);
	return (unsigned)strtoul(port, NULL, 10);
}

/* ---- a stream ---- */

/* Messages are small and answered: one that waits for the acknowledgement of
 * the one before is 40 ms late. */
struct stream
stream_over(int fd, time_t now)
{
	int one = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return (struct stream){.fd = fd, .moved = now};
}

static void
release(struct semper_buffer *buffer)
{
	if (buffer->data != NULL)
		semper_wipe(buffer->data, buffer->cap);
	free(buffer->data);
	*buffer = (struct semper_buffer){NULL, 0, 0};
}

void
stream_close(struct stream *stream)
{
	if (stream->fd >= 0)
		close(stream->fd);
	release(&stream->in);
	release(&stream->out);
	*stream = STREAM_CLOSED;
}

bool
stream_waits(const struct stream *stream)
{
	return stream->connecting || stream->sent < stream->out.len;
}

bool
stream_halfway(const struct stream *stream)
{
	return stream->have != 0;
}

/* ---- in ---- */

/* Read at most N octets.  0: nothing now; -1: the end, or an error. */
static long
read_some(struct stream *stream, uint8_t *to, size_t n, time_t now)
{
	ssize_t got;

	do
		got = read(stream->fd, to, n);
	while (got < 0 && errno == EINTR);
	if (got > 0) {
		stream->have += (size_t)got;
		stream->moved = now;
	}
	if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return 0;
	return got > 0 ? (long)got : -1;
}

/* The head is here: make room for the message. */
static bool
begin_message(struct stream *stream)
{
	size_t len;

	if (semper_frame_length(&len, stream->head) != SEMPER_OK)
		return false;
	stream->in = (struct semper_buffer){malloc(len), 0, len};
	return stream->in.data != NULL;
}

enum stream_verdict
stream_read(struct stream *stream, time_t now)
{
	long got;

	while (stream->have < SEMPER_FRAME_HEAD) {
		got = read_some(stream, stream->head + stream->have,
		    SEMPER_FRAME_HEAD - stream->have, now);
		if (got <= 0)
			return got == 0 ? STREAM_MORE : STREAM_OVER;
	}
	if (stream->in.data == NULL && !begin_message(stream))
		return STREAM_OVER;
	while (stream->in.len < stream->in.cap) {
		got = read_some(stream, stream->in.data + stream->in.len,
		    stream->in.cap - stream->in.len, now);
		if (got <= 0)
			return got == 0 ? STREAM_MORE : STREAM_OVER;
		stream->in.len += (size_t)got;
	}
	return STREAM_MESSAGE;
}

void
stream_taken(struct stream *stream)
{
	release(&stream->in);
	stream->have = 0;
}

/* ---- out ---- */

bool
stream_send(struct stream *stream, struct semper_bytes msg)
{
	size_t waiting = stream->out.len - stream->sent;
	size_t cap = waiting + SEMPER_FRAME_HEAD + msg.len;
	uint8_t *data;

	if (stream->fd < 0 || cap > WAITING_MAX)
		return false;
	data = malloc(cap);
	if (data == NULL)
		return false;
	if (waiting != 0)
		memcpy(data, stream->out.data + stream->sent, waiting);
	semper_frame_head(data + waiting, msg.len);
	memcpy(data + waiting + SEMPER_FRAME_HEAD, msg.data, msg.len);
	release(&stream->out);
	stream->out = (struct semper_buffer){data, cap, cap};
	stream->sent = 0;
	return true;
}

/* Has the connection come about? */
static bool
connected(struct stream *stream)
{
	int error = 0;
	socklen_t len = sizeof error;

	stream->connecting = false;
	return getsockopt(stream->fd, SOL_SOCKET, SO_ERROR, &error, &len) ==
	    0 &&
	    error == 0;
}

bool
stream_write(struct stream *stream, time_t now)
{
	if (stream->connecting && !connected(stream))
		return false;
	while (stream->sent < stream->out.len) {
		ssize_t n = write(stream->fd, stream->out.data + stream->sent,
		    stream->out.len - stream->sent);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN || errno == EWOULDBLOCK;
		stream->sent += (size_t)n;
		stream->moved = now;
	}
	release(&stream->out);
	stream->sent = 0;
	return true;
}
