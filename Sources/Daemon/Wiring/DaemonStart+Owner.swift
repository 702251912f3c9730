import Glibc

extension DaemonStart {
    /// Ends a start whose files would belong to another user than those that are there, before it leaves any.
    ///
    /// - Throws: `DaemonExit` with the command to type.
    func refuseOthersFiles() throws {
        var status = stat()
        guard stat(configuration.state, &status) == 0 else { return }
        if geteuid() == 0, status.st_uid != 0 {
            let user = Caller(user: status.st_uid, process: 0).name
            throw DaemonExit(
                .configuration,
                """
                The state folder \(configuration.state) belongs to \(user), and this is run by root: what it leaves there \(user) could \
                not use. Start the service: systemctl start runninghubd. By hand it is run as that user: runuser -u \(user) -- runninghubd run
                """
            )
        }
        let paths = OwnFiles.unusable(state: configuration.state, spool: configuration.spool)
        guard !paths.isEmpty else { return }
        let user = Caller(user: geteuid(), process: 0).name
        throw DaemonExit(
            .configuration,
            "\(OwnFiles.sentence(about: paths, user: user)) && systemctl restart runninghubd"
        )
    }
}
