import FaultPoints

/// The daemon as a process, started as systemd starts it: the listener as descriptor 3, a socket to tell that it is ready.
struct RunningDaemon: Sendable {
    let process: ChildProcess
    let notifications: NotifySocket

    /// Starts it in a workplace.
    ///
    /// - Parameters:
    ///   - workplace: its folders and configuration.
    ///   - fault: what `RUNNINGHUBD_FAULT` says, if anything.
    ///   - environment: more of it.
    ///   - wrapper: a program that runs it, with its arguments.
    /// - Throws: where it cannot be started.
    init(
        in workplace: Workplace,
        fault: String? = nil,
        environment: [String: String?] = [:],
        wrapper: [String] = []
    ) throws {
        notifications = try NotifySocket(path: "\(workplace.folder)/notify.sock")
        var child = ChildProcess.Settings()
        child.arguments = ["run", "--config", workplace.configurationFile]
        child.output = workplace.log
        child.socket = workplace.listener.descriptor
        child.environment = [
            "LISTEN_FDS": "1", "LISTEN_FDNAMES": "webhook", "NOTIFY_SOCKET": notifications.path, "NO_COLOR": "1",
            ArmedFault.variable: fault,
        ].merging(environment) { _, new in new }
        // LISTEN_PID is known only to the process itself. The service's umask.
        let line = wrapper.map { "'\($0)'" }.joined(separator: " ")
        child.wrapper = ["/bin/sh", "-c", "umask 007; export LISTEN_PID=$$; exec \(line) \"$@\"", "daemon"]
        process = try ChildProcess(workplace.programs.daemon, child)
    }

    /// Waits until it serves.
    ///
    /// From then on what it tells is read and thrown away, as its manager reads it: nothing could stop it once the socket is full.
    func ready(within limit: Duration = .seconds(20)) async throws {
        try await notifications.ready(within: limit)
        let reader = Task { [notifications] in
            while !Task.isCancelled {
                _ = notifications.lines()
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        Task { [process] in
            _ = await process.ended()
            reader.cancel()
        }
    }

    /// Tells it to stop, and waits for that.
    func stop(within limit: Duration = .seconds(90)) async throws {
        process.signal(15)
        let (end, byItself) = await process.ended(within: limit)
        guard byItself, end == .exited(0) else { throw LaboratoryError("The daemon's stop ended with \(end).") }
    }

    /// Crashes it.
    func crash() async {
        process.signal(9)
        _ = await process.ended()
    }
}
