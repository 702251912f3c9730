import Jobs
import RunningHub
import Synchronization

extension Engine {
    /// How long a key's account is given to answer.
    private static let accountPatience = Duration.seconds(8)

    /// Asks RunningHub about the accounts behind all keys, all at once.
    func accountList() async -> AccountListDocument {
        let documents = await withTaskGroup(of: AccountListDocument.AccountDocument.self) { group in
            for account in accounts.values { group.addTask { await self.document(of: account) } }
            var documents: [AccountListDocument.AccountDocument] = []
            for await document in group { documents.append(document) }
            return documents
        }
        return AccountListDocument(
            at: time.now().internetTime,
            accounts: documents.sorted { $0.key < $1.key }
        )
    }

    private func document(of account: Account) async -> AccountListDocument.AccountDocument {
        let (balance, trouble) = await balance(of: account)
        let now = time.now()
        let slots = slots.withLock { $0 }
        return AccountListDocument.AccountDocument(
            key: account.name,
            site: account.site,
            balance: balance,
            concurrency: slots.concurrency(account.name),
            running: slots.held(account.name),
            rests: slots.rest(account.name, at: now)?.reason.english,
            trouble: trouble
        )
    }

    private typealias Answer = (balance: AccountListDocument.Balance?, trouble: String?)

    private func balance(of account: Account) async -> Answer {
        await withTaskGroup(of: Answer.self) { group in
            group.addTask {
                switch await self.askBalance(of: account) {
                case .success(let status):
                    let places = try? await account.cloud.queueStatus()
                    return (AccountListDocument.Balance(status, places, at: self.time.now()), nil)
                case .failure(let error): return (nil, error.message)
                }
            }
            group.addTask {
                await self.time.wait(until: self.time.now() + Self.accountPatience)
                return (nil, "RunningHub did not answer within \(Self.accountPatience).")
            }
            let first = await group.next()
            group.cancelAll()
            return first ?? (nil, nil)
        }
    }
}
