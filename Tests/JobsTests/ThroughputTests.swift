import Testing

@testable import Jobs

@Suite("About when the last will be done", .timeLimit(.minutes(1)))
struct ThroughputTests {
    private func stretch(_ from: Int64, _ to: Int64) -> Throughput.Stretch {
        Throughput.Stretch(from: .at(from), to: .at(to))
    }

    @Test("One after the other, each takes as long as those before")
    func serial() {
        let throughput = Throughput([stretch(0, 10), stretch(10, 20), stretch(20, 30)], running: .at(30), at: .at(30))
        #expect(throughput.pace == .seconds(10))
        #expect(throughput.end(of: 4, at: .at(30)) == .at(70))
    }

    @Test("Tasks side by side count together")
    func parallel() {
        let stretches = (0..<4).map { _ in stretch(0, 60) } + (0..<4).map { _ in stretch(60, 120) }
        #expect(Throughput(stretches, running: nil, at: .at(120)).pace == .seconds(15))
    }

    @Test("Time in which nothing ran does not count; time in which tasks run without an end does")
    func idle() {
        let stretches = [stretch(0, 10), stretch(10, 20), stretch(5000, 5010), stretch(5010, 5020)]
        #expect(Throughput(stretches, running: nil, at: .at(9000)).pace == .seconds(10))
        #expect(Throughput(stretches, running: .at(5020), at: .at(5060)).pace == .seconds(20))
    }

    @Test("Where there were more ends than are looked at, counting begins with the first of them")
    func cutOff() {
        // All were submitted at once, long before the oldest that is still looked at ended.
        let stretches = (1...Int64(Throughput.sample)).map { stretch(0, 1000 + $0 * 10) }
        #expect(Throughput(stretches.shuffled(), running: nil, at: .at(2000)).pace == .seconds(10))
    }

    @Test("Where too little is known, or it would be too long, nothing is said")
    func unknown() {
        #expect(Throughput([], running: .at(0), at: .at(5)).end(of: 3, at: .at(5)) == nil)
        #expect(Throughput([stretch(0, 5)], running: nil, at: .at(5)).end(of: 3, at: .at(5)) == nil)
        let known = Throughput([stretch(0, 5), stretch(5, 10)], running: nil, at: .at(10))
        #expect(known.end(of: 0, at: .at(10)) == nil)
        #expect(known.end(of: .max, at: .at(10)) == nil)
        #expect(known.end(of: 1_000_000, at: .at(10)) == nil)
        // A clock that was set back between two starts: what seems to end before it began says nothing.
        #expect(Throughput([stretch(10, 5), stretch(20, 15)], running: nil, at: .at(30)).pace == nil)
    }
}
