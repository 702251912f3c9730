import Dispatch
import Foundation
import Glibc
import Synchronization
import Testing

@testable import Daemon

@Suite("The service's view", .timeLimit(.minutes(1)))
struct ServiceUnitTests {
    @Test("Its user and the folders that it sees are read from what systemctl shows.")
    func shown() throws {
        let text = """
            LoadState=loaded
            User=runninghub
            RootDirectory=/usr/lib/runninghubd/root
            BindPaths=-/var/spool/runninghubd:/var/spool/runninghubd:rbind /srv/in:/srv/in:rbind
            BindReadOnlyPaths=/usr:/usr:rbind -/etc
            StateDirectory=runninghubd
            """
        let unit = try #require(ServiceUnit(shown: text))
        #expect(unit.user == "runninghub")
        #expect(unit.folders == ["/var/spool/runninghubd", "/srv/in", "/var/lib/runninghubd"])
        #expect(unit.sees("/var/spool/runninghubd/inbox/oil") && unit.sees("/var/lib/runninghubd"))
        #expect(unit.canRead("/usr/local/bin/tell") && unit.canRead("/srv/in/tell") && unit.canRead("/etc/tell"))
        #expect(!unit.canRead("/opt/tell") && !unit.canRead("/usrlocal"))
        #expect(!unit.isFailing)
        #expect(try #require(ServiceUnit(shown: "\(text)\nActiveState=failed")).isFailing)
        #expect(try #require(ServiceUnit(shown: "\(text)\nSubState=auto-restart")).isFailing)
        #expect(!unit.sees("/srv/input") && !unit.sees("/var/spool"))
        #expect(ServiceUnit(shown: "LoadState=not-found\nUser=\n") == nil)
        let open = try #require(ServiceUnit(shown: "LoadState=loaded\nUser=daemon\nRootDirectory=\nBindPaths=\n"))
        #expect(open.sees("/anywhere") && open.canRead("/anywhere"))
    }

    @Test("The rights are those of the thread that acts, and of no other.", .enabled(if: geteuid() == 0))
    func others() throws {
        let (now, done) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let user = Mutex<uid_t?>(nil)
        // It is there before: a thread that is made meanwhile has the rights of the one that makes it.
        Thread.detachNewThread {
            now.wait()
            user.withLock { $0 = geteuid() }
            done.signal()
        }
        let acting = ServiceUnit(user: "nobody").acting {
            now.signal()
            done.wait()
            return geteuid()
        }
        #expect(acting == 65534 && user.withLock(\.self) == 0)
    }

    @Test("Something done with its rights is done with its rights, and only that.", .enabled(if: geteuid() == 0))
    func acting() throws {
        let before = geteuid()
        let seen = ServiceUnit(user: "nobody").acting { (geteuid(), faccessat(AT_FDCWD, "/root", W_OK, AT_EACCESS)) }
        let (user, access) = try #require(seen)
        #expect(user == 65534 && access != 0)
        #expect(geteuid() == before && faccessat(AT_FDCWD, "/root", W_OK, AT_EACCESS) == 0)
        #expect(ServiceUnit(user: "no-such-user-here").acting { 1 } == nil)
    }
}
