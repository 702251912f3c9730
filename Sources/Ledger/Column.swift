import GRDB
import Synchronization

/// A column of a row that can change, with what it holds of a record.
struct Column<Record>: Sendable {
    /// The column's name.
    let name: String
    private let isSame: @Sendable (Record, Record) -> Bool
    /// The value that the column has for a record.
    let value: @Sendable (Record) throws -> (any DatabaseValueConvertible)?

    /// A column that holds a field as it is.
    init<Field: Equatable & DatabaseValueConvertible & SendableMetatype>(
        _ name: String,
        _ field: @escaping @Sendable (Record) -> Field?
    ) {
        self.init(name, field) { $0 }
    }

    /// A column that holds a field in another form.
    init<Field: Equatable & SendableMetatype>(
        _ name: String,
        _ field: @escaping @Sendable (Record) -> Field,
        as form: @escaping @Sendable (Field) throws -> (any DatabaseValueConvertible)?
    ) {
        self.name = name
        isSame = { field($0) == field($1) }
        value = { try form(field($0)) }
    }

    /// Writes what differs between two records, and nothing else: SQLite renews each index of which a column is set, whether its value
    /// changes or not, and a job's row has a dozen of them.
    ///
    /// - Parameters:
    ///   - columns: those that can differ.
    ///   - table: the table.
    ///   - record: what is to be stored.
    ///   - before: what is stored.
    ///   - always: write `more` even where nothing differs.
    ///   - more: an assignment besides.
    ///   - condition: which row it is.
    ///   - key: the condition's arguments.
    ///   - database: the connection.
    /// - Throws: what SQLite said, or what made a value impossible.
    /// - Returns: whether anything was written.
    static func update(
        _ columns: [Column],
        of table: String,
        to record: Record,
        from before: Record,
        always: Bool = false,
        more: String? = nil,
        where condition: String,
        _ key: [any DatabaseValueConvertible],
        in database: Database
    ) throws -> Bool {
        let changed = columns.filter { !$0.isSame(record, before) }
        guard always || !changed.isEmpty else { return false }
        let assignments = (changed.map { "\($0.name) = ?" } + [more].compactMap(\.self)).joined(separator: ", ")
        let values = try changed.map { try $0.value(record) }
        let sql = "UPDATE \(table) SET \(assignments) WHERE \(condition)"
        let isKept = updates.withLock { updates in
            if updates.count < mostUpdates { updates.insert(sql) }
            return updates.contains(sql)
        }
        let statement = try isKept ? database.cachedStatement(sql: sql) : database.makeStatement(sql: sql)
        try statement.execute(arguments: StatementArguments(values + key))
        return true
    }
}

/// The updates whose statements are kept: those that came first, which are those of each job.
///
/// GRDB keeps what it is asked to, without an end, and there are many ways in which a job can differ.
private let updates = Mutex<Set<String>>([])
private let mostUpdates = 100
