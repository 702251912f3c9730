import FoundationEssentials
import Testing

@Suite("The shipped units", .timeLimit(.minutes(1)))
struct ShippedUnitsTests {
    /// The lines of a unit that say something.
    private static func lines(of name: String) throws -> [String] {
        let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
        return text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
    }

    private static let folder =
        #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/systemd"

    @Test(
        "No flood of connections closes the listener for good, and one process serves them all",
        .bug("https://github.com/systemd/systemd/issues/15633", "a socket is closed for good after a flood"),
        .bug("https://github.com/systemd/systemd/issues/11553", "a socket is closed for good after a flood"),
        .bug("https://github.com/balena-os/meta-balena/pull/3807", "a socket is closed for good after a flood")
    )
    func socket() throws {
        let socket = try Self.lines(of: "runninghubd.socket")
        #expect(socket.contains("TriggerLimitIntervalSec=0"))
        #expect(socket.contains("StartLimitIntervalSec=0"))
        #expect(socket.contains("FileDescriptorName=webhook"))
        #expect(!socket.contains { $0.hasPrefix("Accept=") })
    }

    @Test(
        "However often the service fails it is started again, but where that cannot help",
        .bug("https://github.com/systemd/systemd/issues/17433", "a service that is started in a circle")
    )
    func restart() throws {
        let service = try Self.lines(of: "runninghubd.service")
        for line in ["StartLimitIntervalSec=0", "Restart=always", "RestartPreventExitStatus=75 78"] {
            #expect(service.contains(line), "\(line)")
        }
    }

    @Test(
        "Nothing depends on path units, whose edges get lost: the daemon watches for itself",
        .bug("https://github.com/systemd/systemd/issues/5770", "path units lose changes"),
        .bug("https://github.com/systemd/systemd/issues/41599", "path units lose changes"),
        .bug("https://github.com/systemd/systemd/pull/5839", "path units lose changes"),
        .bug("https://github.com/systemd/systemd/issues/27884", "path units lose changes")
    )
    func noPathUnits() throws {
        let units = try FileManager.default.contentsOfDirectory(atPath: Self.folder)
        #expect(units.contains("runninghubd.service"))
        #expect(!units.contains { $0.hasSuffix(".path") || $0.hasSuffix(".timer") })
    }

    @Test(
        "The service runs all the time: it is enabled with its socket, and has no idle exit",
        .bug("https://github.com/apple/cups/issues/5640", "on-demand start and idle exit"),
        .bug("https://github.com/apple/cups/issues/5272", "on-demand start and idle exit"),
        .bug("https://github.com/apple/cups/issues/5319", "on-demand start and idle exit"),
        .bug("https://github.com/apple/cups/issues/4930", "on-demand start and idle exit"),
        .bug("https://github.com/apple/cups/pull/5297", "on-demand start and idle exit")
    )
    func noIdleExit() throws {
        let service = try Self.lines(of: "runninghubd.service")
        #expect(service.contains("WantedBy=multi-user.target"))
        #expect(service.contains("Also=runninghubd.socket"))
        #expect(service.contains("Requires=runninghubd.socket"))
        #expect(!service.contains { $0.hasPrefix("ExecStart=") && $0.contains("idle") })
    }

    @Test(
        "A stop waits longer than the daemon does for a submission under way",
        .bug("https://github.com/apple/cups/issues/46", "jobs are lost on a restart"),
        .bug("https://github.com/apple/cups/issues/969", "jobs are lost on a restart"),
        .bug("https://github.com/apple/cups/issues/1922", "jobs are lost on a restart")
    )
    func stop() throws {
        let service = try Self.lines(of: "runninghubd.service")
        #expect(service.contains("TimeoutStopSec=90s"))
        #expect(service.contains("Type=notify"))
    }

    @Test(
        "The sandbox is shipped, and not left to whoever installs",
        .bug("https://github.com/tailscale/tailscale/issues/77", "a sandbox that is withdrawn or left out"),
        .bug("https://github.com/tailscale/tailscale/issues/1245", "a sandbox that is withdrawn or left out"),
        .bug("https://github.com/tailscale/tailscale/pull/1062", "a sandbox that is withdrawn or left out"),
        .bug("https://github.com/NixOS/nixpkgs/pull/513525", "a sandbox that is withdrawn or left out"),
        .bug("https://github.com/NixOS/nixpkgs/pull/309119", "a sandbox that is withdrawn or left out")
    )
    func sandbox() throws {
        let service = try Self.lines(of: "runninghubd.service")
        let options = [
            "CapabilityBoundingSet=", "NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes",
            "PrivateTmp=yes",
            "PrivateDevices=yes", "ProtectProc=invisible", "RestrictNamespaces=yes", "MemoryDenyWriteExecute=yes",
            "SystemCallArchitectures=native", "LimitCORE=0",
        ]
        for option in options { #expect(service.contains(option), "\(option)") }
    }

    @Test("Each option has its reason above it", arguments: ["runninghubd.service", "runninghubd.socket"])
    func reasons(unit: String) throws {
        let text = try String(contentsOfFile: "\(Self.folder)/\(unit)", encoding: .utf8)
        let usual = ["Description=", "Documentation=", "WantedBy="]
        var hasReason = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.isEmpty || line.hasPrefix("[") { hasReason = false }
            if line.hasPrefix("#") { hasReason = true }
            guard line.contains("="), !line.hasPrefix("#") else { continue }
            #expect(hasReason || usual.contains { line.hasPrefix($0) }, "\(line)")
        }
    }

    @Test("The journal keeps a line for each step, however many files are dropped at once")
    func rateLimit() throws {
        let burst = try Self.lines(of: "runninghubd.service").first { $0.hasPrefix("LogRateLimitBurst=") }
        #expect(try #require(burst?.split(separator: "=").last.flatMap { Int($0) }) >= 100_000)
    }

    @Test("A daemon that makes no progress is noticed and replaced")
    func watchdog() throws {
        #expect(try Self.lines(of: "runninghubd.service").contains("WatchdogSec=60s"))
    }
}
