import Jobs
import Testing

@Suite("A job's files")
struct InputTests {
    private func input(_ stem: String, inode: UInt64) -> Job.Input {
        let identity = FileIdentity(device: 1, inode: inode, size: 10, modified: 5, changed: 5)
        return Job.Input(stem: stem, name: FileName(cleaning: "\(stem).png".utf8), identity: identity)
    }

    @Test("They are the same in whatever order a pipeline's nodes name them")
    func order() {
        let (person, style) = (input("person", inode: 1), input("style", inode: 2))
        #expect(Job.areSame([person, style], [style, person]))
        #expect(!Job.areSame([person, style], [person]))
        #expect(!Job.areSame([person, style], [person, input("style", inode: 3)]))
        #expect(Job.areSame([], []))
    }
}
