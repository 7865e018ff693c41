#include "net.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HALFWAY_SECONDS 30 /* a message may take to arrive */

bool
net_open(struct net *net, const char *listen, const char *upstream)
{
	memset(net, 0, sizeof *net);
	net->upstream = upstream;
	net->listener = -1;
	for (unsigned i = 0; i < NET_SLOTS; i++)
		net->slot[i] = STREAM_CLOSED;
	if (listen == NULL)
		return true;
	net->listener = stream_listen(listen);
	return net->listener >= 0;
}

void
net_close(struct net *net)
{
	for (unsigned i = 0; i < NET_SLOTS; i++)
		stream_close(&net->slot[i]);
	if (net->listener >= 0)
		close(net->listener);
	net->listener = -1;
}

/* ---- connections ---- */

static void
occupy(struct net *net, unsigned slot, int fd, bool connecting, time_t now)
{
	stream_close(&net->slot[slot]);
	net->slot[slot] = stream_over(fd, now);
	net->slot[slot].connecting = connecting;
	net->serial[slot] = ++net->n_serials;
}

/* A free slot, or the one that has been still for longest. */
static unsigned
choose_slot(const struct net *net)
{
	unsigned best = 0;

	for (unsigned i = 0; i < NET_PEERS; i++) {
		if (net->slot[i].fd < 0)
			return i;
		if (net->slot[i].moved < net->slot[best].moved)
			best = i;
	}
	return best;
}

static void
accept_all(struct net *net, time_t now)
{
	int fd;

	while ((fd = accept(net->listener, NULL, NULL)) >= 0)
		occupy(net, choose_slot(net), fd, false, now);
}

/* Close a slot whose message has stopped half-way. */
static void
expire(struct net *net, unsigned slot, time_t now)
{
	struct stream *s = &net->slot[slot];

	if (s->fd >= 0 && stream_halfway(s) && now - s->moved > HALFWAY_SECONDS)
		stream_close(s);
}

void
net_wait(struct net *net, int ms, time_t now)
{
	for (unsigned i = 0; i < NET_SLOTS; i++) {
		expire(net, i, now);
		net->poll[i] = (struct pollfd){.fd = net->slot[i].fd,
		    .events = stream_waits(&net->slot[i]) ? POLLIN | POLLOUT
							  : POLLIN};
	}
	net->poll[NET_SLOTS] =
	    (struct pollfd){.fd = net->listener, .events = POLLIN};
	if (poll(net->poll, NET_SLOTS + 1, ms) <= 0) {
		for (unsigned i = 0; i <= NET_SLOTS; i++)
			net->poll[i].revents = 0;
		return;
	}
	for (unsigned i = 0; i < NET_SLOTS; i++)
		if ((net->poll[i].revents & (POLLOUT | POLLERR)) != 0 &&
		    !stream_write(&net->slot[i], now))
			stream_close(&net->slot[i]);
	if (net->poll[NET_SLOTS].revents != 0)
		accept_all(net, now);
}

bool
net_readable(const struct net *net, unsigned slot)
{
	return net->slot[slot].fd >= 0 &&
	    net->poll[slot].fd == net->slot[slot].fd &&
	    (net->poll[slot].revents & (POLLIN | POLLHUP)) != 0;
}

/* ---- messages ---- */

bool
net_read(struct net *net, unsigned slot, time_t now)
{
	enum stream_verdict verdict;

	if (net->slot[slot].fd < 0)
		return false;
	verdict = stream_read(&net->slot[slot], now);
	if (verdict == STREAM_OVER)
		stream_close(&net->slot[slot]);
	return verdict == STREAM_MESSAGE;
}

void
net_taken(struct net *net, unsigned slot)
{
	if (net->slot[slot].fd >= 0)
		stream_taken(&net->slot[slot]);
}

void
net_learn(struct net *net, struct semper_bytes session, unsigned slot)
{
	size_t at = net->n_routes++ % NET_ROUTES;

	memcpy(net->route[at].session, session.data, SEMPER_SESSION_SIZE);
	net->route[at].slot = slot;
	net->route[at].serial = net->serial[slot];
}

bool
net_send(struct net *net, unsigned slot, struct semper_bytes msg, time_t now)
{
	struct stream *s = &net->slot[slot];
	int fd;

	if (slot == NET_UPSTREAM && s->fd < 0 && net->upstream != NULL) {
		fd = stream_connect(net->upstream);
		if (fd >= 0)
			occupy(net, slot, fd, true, now);
	}
	if (!stream_send(s, msg))
		return false;
	if (s->connecting || stream_write(s, now))
		return true;
	stream_close(s);
	return false;
}

bool
net_send_session(struct net *net, struct semper_bytes session,
    struct semper_bytes msg, time_t now)
{
	size_t first =
	    net->n_routes > NET_ROUTES ? net->n_routes - NET_ROUTES : 0;

	for (size_t i = net->n_routes; i-- > first;) {
		size_t at = i % NET_ROUTES;
		unsigned slot = net->route[at].slot;

		if (memcmp(net->route[at].session, session.data,
			SEMPER_SESSION_SIZE) == 0)
			return net->route[at].serial == net->serial[slot] &&
			    net_send(net, slot, msg, now);
	}
	return false;
}
