import Testing

@Suite("The page of complaints", .timeLimit(.minutes(1)))
struct ComplaintsTests {
    private static let path = "docs/proof/complaints.md"

    /// The cells of the page's tables, but for headings.
    private func rows() throws -> [[Substring]] {
        try TestIndex.page(Self.path).split(separator: "\n").compactMap { line in
            guard line.hasPrefix("| "), !line.hasPrefix("| ---"), !line.hasPrefix("| complaint ") else { return nil }
            return line.split(separator: "|").map { $0[...] }
        }
    }

    @Test("Each complaint names tests that there are, and that bear it as a trait")
    func answered() throws {
        let tests = try TestIndex().complaints
        for row in try rows() {
            let (complaints, names) = (row[0].links, row[row.count - 1].namedTests)
            for name in names {
                let known = try #require(tests[name], "There is no test \(name).")
                for complaint in complaints {
                    #expect(known.contains(complaint), "\(name) does not bear \(complaint).")
                }
            }
            #expect(!names.isEmpty || !row[row.count - 1].isEmpty)
        }
    }

    @Test("Each complaint that a test bears is on the page")
    func listed() throws {
        let page = Set(try TestIndex.page(Self.path).links)
        for (name, complaints) in try TestIndex().complaints {
            #expect(complaints.subtracting(page) == [], "\(name) bears complaints that are not on the page.")
        }
    }

    @Test("At least 40 tests answer complaints")
    func many() throws {
        #expect(try TestIndex().complaints.values.count { !$0.isEmpty } >= 40)
        #expect(try Set(rows().flatMap { $0[$0.count - 1].namedTests }).count >= 40)
    }
}
