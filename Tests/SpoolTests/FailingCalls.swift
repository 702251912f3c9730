import Glibc
import Spool
import Synchronization

/// The calls of this process, of which some fail as a test wants it.
///
/// Keeps count of all of them.
final class FailingCalls: SystemCalls {
    /// A call that is about to be made.
    struct Call: Sendable, Hashable {
        /// Which one.
        let kind: Kind
        /// The name it is about; empty where it is about a descriptor.
        let name: [UInt8]
        /// The second name of a rename or link.
        var newName: [UInt8] = []
        /// The flags of a rename.
        var flags: CUnsignedInt = 0
        /// How many calls of any kind were made before it.
        var index = 0
        /// How many calls of its kind were made before it.
        var indexInKind = 0

        /// The name as text.
        var text: String { String(decoding: name, as: UTF8.self) }
        /// The new name as text.
        var newText: String { String(decoding: newName, as: UTF8.self) }
    }

    enum Kind: String, Sendable, Hashable, CaseIterable {
        case open, close, read, write, synchronize, status, statusOfName, rename, link, unlink, makeFolder
        case fileSystemStatus, fileSystemType, entries, access, copy, setTimes, watch
    }

    private struct State {
        var count = 0
        var counts: [Kind: Int] = [:]
        var log: [Call] = []
        var rule: @Sendable (Call) -> CInt?
        var fileSystemType: UInt32?
    }

    private let base = LinuxCalls()
    private let state: Mutex<State>

    /// Calls that fail with what `rule` gives: an `errno`, or nothing for the call to be made.
    ///
    /// A call that fails is not made.
    init(_ rule: @escaping @Sendable (Call) -> CInt? = { _ in nil }) {
        state = Mutex(State(rule: rule))
    }

    /// Calls of which the `index`th (from 0) of a kind fails.
    convenience init(_ kind: Kind, at index: Int = 0, code: CInt) {
        self.init { $0.kind == kind && $0.indexInKind == index ? code : nil }
    }

    /// Fails other calls from here on.
    func fail(_ rule: @escaping @Sendable (Call) -> CInt?) {
        state.withLock { $0.rule = rule }
    }

    /// Fails nothing from here on.
    func heal() {
        fail { _ in nil }
    }

    /// Has every folder say that it lies on a file system of this type.
    func pretend(fileSystemType: UInt32) {
        state.withLock { $0.fileSystemType = fileSystemType }
    }

    /// Every call so far, also the failed ones; `close` left out.
    var log: [Call] { state.withLock { $0.log } }

    /// How many calls of a kind were made, the failed ones with them.
    func count(_ kind: Kind) -> Int { state.withLock { $0.counts[kind, default: 0] } }

    private func pass(
        _ kind: Kind,
        _ name: [UInt8] = [],
        _ newName: [UInt8] = [],
        flags: CUnsignedInt = 0
    ) throws(SystemError) {
        let code = state.withLock { state -> CInt? in
            var call = Call(kind: kind, name: name, newName: newName, flags: flags)
            call.index = state.count
            call.indexInKind = state.counts[kind, default: 0]
            state.count += 1
            state.counts[kind, default: 0] += 1
            state.log.append(call)
            return state.rule(call)
        }
        if let code { throw SystemError(call: kind.rawValue, code: code, subject: name) }
    }

    func open(_ name: [UInt8], in folder: CInt, flags: CInt, mode: mode_t) throws(SystemError) -> CInt {
        try pass(.open, name)
        return try base.open(name, in: folder, flags: flags, mode: mode)
    }

    func close(_ descriptor: CInt) throws(SystemError) {
        // Never failed before it is made: the descriptor is gone whatever close(2) says.
        try base.close(descriptor)
    }

    func read(_ descriptor: CInt, into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
        try pass(.read)
        return try base.read(descriptor, into: buffer)
    }

    func read(
        _ descriptor: CInt,
        at offset: Int64,
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(SystemError) -> Int {
        try pass(.read)
        return try base.read(descriptor, at: offset, into: buffer)
    }

    func write(_ descriptor: CInt, _ bytes: UnsafeRawBufferPointer) throws(SystemError) -> Int {
        try pass(.write)
        return try base.write(descriptor, bytes)
    }

    func synchronize(_ descriptor: CInt) throws(SystemError) {
        try pass(.synchronize)
        try base.synchronize(descriptor)
    }

    func status(_ descriptor: CInt) throws(SystemError) -> stat {
        try pass(.status)
        return try base.status(descriptor)
    }

    func status(of name: [UInt8], in folder: CInt) throws(SystemError) -> stat {
        try pass(.statusOfName, name)
        return try base.status(of: name, in: folder)
    }

    func rename(
        _ name: [UInt8],
        in folder: CInt,
        to newName: [UInt8],
        in newFolder: CInt,
        flags: CUnsignedInt
    ) throws(SystemError) {
        try pass(.rename, name, newName, flags: flags)
        try base.rename(name, in: folder, to: newName, in: newFolder, flags: flags)
    }

    func link(_ name: [UInt8], in folder: CInt, to newName: [UInt8], in newFolder: CInt) throws(SystemError) {
        try pass(.link, name, newName)
        try base.link(name, in: folder, to: newName, in: newFolder)
    }

    func unlink(_ name: [UInt8], in folder: CInt, flags: CInt) throws(SystemError) {
        try pass(.unlink, name)
        try base.unlink(name, in: folder, flags: flags)
    }

    func makeFolder(_ name: [UInt8], in folder: CInt, mode: mode_t) throws(SystemError) {
        try pass(.makeFolder, name)
        try base.makeFolder(name, in: folder, mode: mode)
    }

    func fileSystemStatus(_ descriptor: CInt) throws(SystemError) -> statvfs {
        try pass(.fileSystemStatus)
        return try base.fileSystemStatus(descriptor)
    }

    func fileSystemType(_ descriptor: CInt) throws(SystemError) -> UInt32 {
        try pass(.fileSystemType)
        if let type = state.withLock({ $0.fileSystemType }) { return type }
        return try base.fileSystemType(descriptor)
    }

    func entries(_ folder: CInt, into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
        try pass(.entries)
        return try base.entries(folder, into: buffer)
    }

    func access(_ name: [UInt8], in folder: CInt, mode: CInt) throws(SystemError) {
        try pass(.access, name)
        try base.access(name, in: folder, mode: mode)
    }

    func copy(from source: CInt, to target: CInt, count: Int) throws(SystemError) -> Int {
        try pass(.copy)
        return try base.copy(from: source, to: target, count: count)
    }

    func setTimes(_ descriptor: CInt, accessed: timespec, modified: timespec) throws(SystemError) {
        try pass(.setTimes)
        try base.setTimes(descriptor, accessed: accessed, modified: modified)
    }

    func watch(_ folder: CInt, on inotify: CInt, events: UInt32) throws(SystemError) -> CInt {
        try pass(.watch)
        return try base.watch(folder, on: inotify, events: events)
    }
}
