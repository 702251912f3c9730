import Glibc
import Jobs
import Testing

@testable import Spool

@Suite(.timeLimit(.minutes(1)))
struct FileSystemTests {
    @Test("A listing pages through any number of entries, each once, with their kinds")
    func listing() throws {
        let root = try TemporaryFolder()
        for index in 0..<3000 { try root.write("", to: "\(index)-\(String(repeating: "x", count: 40))") }
        symlink("nowhere", "\(root.path)/link")
        mkfifo("\(root.path)/pipe", 0o660)
        mkdir("\(root.path)/folder", 0o770)
        let listing = try DirectoryListing(of: try root.open())
        var items: [DirectoryListing.Item] = []
        var pages = 0
        while let page = try listing.nextPage() {
            items += page
            pages += 1
        }
        #expect(pages > 3)
        #expect(items.count == 3003)
        #expect(Set(items.map(\.name)).count == 3003)
        #expect(items.first { $0.name.description == "link" }?.kind == .symbolicLink)
        #expect(items.first { $0.name.description == "pipe" }?.kind == .pipe)
        #expect(items.first { $0.name.description == "folder" }?.kind == .folder)
    }

    @Test("A name of any bytes is listed as it is")
    func bytes() throws {
        let root = try TemporaryFolder()
        let name = [UInt8](1...255).filter { $0 != UInt8(ascii: "/") }
        try root.write([1], to: name)
        let page = try DirectoryListing(of: try root.open()).nextPage()
        #expect(page?.map(\.name.bytes) == [name])
    }

    @Test("A path that leads through a link leads nowhere")
    func links() throws {
        let root = try TemporaryFolder()
        mkdir("\(root.path)/real", 0o770)
        try root.write("x", to: "real/file")
        symlink("real", "\(root.path)/link")
        let folder = try root.open()
        #expect(try folder.entry(at: try path("real/file")) != nil)
        #expect(try folder.entry(at: try path("link/file")) == nil)
        #expect(throws: SystemError.self) { try folder.folder(at: [try name("link")]) }
    }

    @Test("Two file systems are told apart, and remote ones known by name")
    func kinds() throws {
        #expect(try TemporaryFolder().open().fileSystemKind().isRemote == false)
        #expect(FileSystemKind(type: 0x6969).remoteName == "NFS")
        #expect(FileSystemKind(type: 0xFE53_4D42).isRemote)
        #expect(FileSystemKind(type: 0x794C_7630).isRemote == false)
    }

    @Test("Commands in cures quote what a shell would take apart")
    func quoting() {
        #expect(Cure.quoted(Array("/a/b-c.png".utf8)) == "/a/b-c.png")
        #expect(Cure.quoted(Array("/a b/it's".utf8)) == #"'/a b/it'\''s'"#)
        #expect(Cure.quoted([0x2F, 0xFF, 0x0A, 0x27]) == #"$'/\xff\x0a\''"#)
    }

    @Test("A file that changes while it is copied is not copied")
    func changedCopy() throws {
        let root = try TemporaryFolder()
        try root.write("content", to: "a")
        let calls = FailingCalls { call in
            if call.kind == .synchronize { try? root.write("changed", to: "a") }
            return nil
        }
        let folder = try root.open(calls: calls)
        #expect(throws: SystemError(call: "copy", code: EAGAIN, subject: Array("a".utf8))) {
            try folder.copyFile(try name("a"), to: folder, as: try name("b"))
        }
        #expect(try root.names() == ["a"])
    }

    @Test("A copy is whole on file systems that cannot copy in the kernel", arguments: [EXDEV, ENOSYS, EINVAL])
    func copies(code: CInt) throws {
        let calls = FailingCalls { $0.kind == .copy ? code : nil }
        let root = try TemporaryFolder()
        let text = String(repeating: "0123456789", count: 100_000)
        try root.write(text, to: "a")
        let folder = try root.open(calls: calls)
        _ = try folder.copyFile(try name("a"), to: folder, as: try name("b"))
        #expect(root.read("b") == text)
        #expect(calls.count(.read) > 1)
    }
}
