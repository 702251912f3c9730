// Another time for one program, by LD_PRELOAD: the laboratory lets its clocks run faster, or its wall clock jump.
//
// CLOCKS_SPEED     how many seconds go by in the program for each that goes by outside; all clocks and all waits. 1 if it is missing.
// CLOCKS_WALL_FILE a file with a number of seconds, an int64: how far the wall clock is from where it should be. It is mapped, and may be
//                  written to at any time. Nothing but the wall clock (CLOCK_REALTIME) is moved by it, as by a person who sets the clock.
// CLOCKS_ALL_JUMP  if it is there, all clocks jump with the wall clock, as none does: what must not come of a jump has to come of this.
//
// Files keep the times that the kernel gives them.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { SECOND = 1000000000, CLOCKS = 12, DESCRIPTORS = 4096 };

static int64_t speed = 1;
static int64_t began[CLOCKS];
static const volatile int64_t *wall;
static int all_jump;
static unsigned char timer_clock[DESCRIPTORS];

static int64_t nanoseconds(const struct timespec *time) { return (int64_t)time->tv_sec * SECOND + time->tv_nsec; }

static struct timespec timespec_of(int64_t time) {
	if (time < 0) time = 0;
	return (struct timespec){.tv_sec = time / SECOND, .tv_nsec = time % SECOND};
}

static int64_t outside(clockid_t clock) {
	struct timespec time = {0};
	syscall(SYS_clock_gettime, clock, &time);
	return nanoseconds(&time);
}

__attribute__((constructor)) static void begin(void) {
	for (clockid_t clock = 0; clock < CLOCKS; clock++) began[clock] = outside(clock);
	const char *text = getenv("CLOCKS_SPEED");
	if (text && atoll(text) > 0) speed = atoll(text);
	all_jump = getenv("CLOCKS_ALL_JUMP") != NULL;
	const char *path = getenv("CLOCKS_WALL_FILE");
	int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	if (file < 0) return;
	void *mapped = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
	if (mapped != MAP_FAILED) wall = mapped;
	close(file);
}

// Whether a clock tells how time goes by, and not how much of it a process or thread has used.
static int is_moved(clockid_t clock) {
	return clock >= 0 && clock < CLOCKS && clock != CLOCK_PROCESS_CPUTIME_ID && clock != CLOCK_THREAD_CPUTIME_ID;
}

static int64_t jumped(clockid_t clock) {
	return wall && (all_jump || clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) ? *wall * SECOND : 0;
}

static int64_t inside(clockid_t clock) {
	return began[clock] + (outside(clock) - began[clock]) * speed + jumped(clock);
}

// A moment of the program's time, as one outside.
static int64_t moment_outside(clockid_t clock, int64_t moment) {
	return began[clock] + (moment - jumped(clock) - began[clock]) / speed;
}

static int milliseconds_outside(int timeout) { return timeout <= 0 ? timeout : (int)((timeout + speed - 1) / speed); }

int clock_gettime(clockid_t clock, struct timespec *time) {
	if (!is_moved(clock)) return (int)syscall(SYS_clock_gettime, clock, time);
	*time = timespec_of(inside(clock));
	return 0;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
	(void)zone;
	int64_t now = inside(CLOCK_REALTIME);
	time->tv_sec = now / SECOND;
	time->tv_usec = now % SECOND / 1000;
	return 0;
}

time_t time(time_t *result) {
	time_t now = inside(CLOCK_REALTIME) / SECOND;
	if (result) *result = now;
	return now;
}

int timerfd_create(int clock, int flags) {
	int timer = (int)syscall(SYS_timerfd_create, clock, flags);
	if (timer >= 0 && timer < DESCRIPTORS) timer_clock[timer] = (unsigned char)clock;
	return timer;
}

int timerfd_settime(int timer, int flags, const struct itimerspec *new, struct itimerspec *old) {
	struct itimerspec set = *new;
	int64_t due = nanoseconds(&new->it_value);
	if (due != 0 && timer < DESCRIPTORS) {
		due = flags & TFD_TIMER_ABSTIME ? moment_outside(timer_clock[timer], due) : due / speed;
		set.it_value = timespec_of(due > 0 ? due : 1);
		set.it_interval = timespec_of(nanoseconds(&new->it_interval) / speed);
	}
	return (int)syscall(SYS_timerfd_settime, timer, flags, &set, old);
}

int epoll_wait(int queue, struct epoll_event *events, int count, int timeout) {
	return (int)syscall(SYS_epoll_pwait, queue, events, count, milliseconds_outside(timeout), NULL, 8);
}

int poll(struct pollfd *files, nfds_t count, int timeout) {
	return (int)syscall(SYS_poll, files, count, milliseconds_outside(timeout));
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *time, struct timespec *left) {
	int64_t due = nanoseconds(time);
	struct timespec wait = timespec_of(flags & TIMER_ABSTIME ? moment_outside(clock, due) : due / speed);
	return syscall(SYS_clock_nanosleep, clock, flags, &wait, left) == 0 ? 0 : errno;
}

int nanosleep(const struct timespec *time, struct timespec *left) {
	int code = clock_nanosleep(CLOCK_MONOTONIC, 0, time, left);
	if (code == 0) return 0;
	errno = code;
	return -1;
}

int usleep(useconds_t time) {
	struct timespec wait = timespec_of((int64_t)time * 1000);
	return nanosleep(&wait, NULL);
}

unsigned int sleep(unsigned int time) {
	struct timespec wait = timespec_of((int64_t)time * SECOND);
	nanosleep(&wait, NULL);
	return 0;
}

int pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex, const struct timespec *time) {
	static int (*next)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
	if (!next) next = dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");
	// The clock is the condition's own; moments of the wall clock are decades from those of the others.
	clockid_t clock = time->tv_sec > 1000000000 ? CLOCK_REALTIME : CLOCK_MONOTONIC;
	struct timespec due = timespec_of(moment_outside(clock, nanoseconds(time)));
	return next(condition, mutex, &due);
}

int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict time) {
	static int (*next)(sem_t *, const struct timespec *);
	if (!next) next = dlsym(RTLD_NEXT, "sem_timedwait");
	struct timespec due = timespec_of(moment_outside(CLOCK_REALTIME, nanoseconds(time)));
	return next(semaphore, &due);
}
