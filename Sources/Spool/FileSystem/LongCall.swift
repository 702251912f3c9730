/// What goes on for long in one call, as a copy between disks does, tells each time it has got on.
package enum LongCall {
    /// Told by the call's own thread.
    @TaskLocal package static var moves: @Sendable () -> Void = {}
}
