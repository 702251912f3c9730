import FoundationEssentials
import Jobs
import RunningHub
import Synchronization

/// What is known of the keys' accounts, and which of them are to be asked.
final class Balances: Sendable {
    /// What an account answered last.
    struct Reading: Sendable {
        let status: AccountStatus
        let at: Timestamp
    }

    private struct State {
        var readings: [String: Reading] = [:]
        /// Keys that something was submitted with since they were asked about.
        var used: Set<String> = []
        var troubles: [String: ErrorCode.KeyTrouble] = [:]
        /// What the accounts had after they were refused for want of it.
        var refusedWith: [String: Funds] = [:]
        var askedAt: [String: Timestamp] = [:]
        var placesAskedAt: [String: Timestamp] = [:]
    }

    /// What an account can pay with.
    private struct Funds {
        let coins: Decimal?
        let money: String?
    }

    private let state = Mutex(State())

    /// How often it is looked whether an account is to be asked.
    static let pace = Duration.seconds(15)
    /// How often one account is asked at most.
    static let leastPause = Duration.seconds(60)
    /// How long a key rests before it is tried again where its account says nothing.
    static let retryPace = Duration.seconds(300)

    /// Why a key with a minimum rests at the start.
    static func notKnown(_ key: String) -> Phrase {
        Phrase(
            "the balance of key \(key) is asked for first",
            zh: "先查询密钥 \(key) 的余额",
            ru: "сначала запрашивается баланс ключа \(key)"
        )
    }

    /// What the account of a key answered last, if it was asked.
    func reading(_ key: String) -> Reading? {
        state.withLock { $0.readings[key] }
    }

    /// Something is submitted with a key: its balance is another from now on.
    func used(_ key: String) {
        state.withLock { _ = $0.used.insert(key) }
    }

    /// A key rests for a reason of its account, which is asked about it: soon what it has now, where it has too little, else after a while.
    func rests(_ key: String, _ trouble: ErrorCode.KeyTrouble, at now: Timestamp) {
        state.withLock { state in
            state.troubles[key] = trouble
            state.refusedWith[key] = nil
            state.askedAt[key] = trouble.isOfFunds ? nil : now
        }
    }

    /// Whether an account that was refused for want of coins or money has more than then; the first answer after it tells what that was.
    ///
    /// What it has may be too little for one task all the same: only more is worth another try before the rest is over.
    func hasMoreFunds(_ key: String, _ status: AccountStatus) -> Bool {
        let funds = Funds(coins: status.coins, money: status.money)
        return state.withLock { state in
            guard let before = state.refusedWith[key] else {
                state.refusedWith[key] = funds
                return false
            }
            return (funds.coins ?? 0) > (before.coins ?? 0) || funds.money != before.money
        }
    }

    /// The trouble of a key that rests, if its account's answer can end it.
    ///
    /// Of a plan that has ended, or a kind of key that may not do this, the balance says nothing: such a key is tried again.
    func curable(_ key: String) -> ErrorCode.KeyTrouble? {
        state.withLock { state in
            switch state.troubles[key] {
            case .unauthorized, .outOfCoins, .outOfMoney: state.troubles[key]
            case .freeAccount, .planExpired, .wrongKind, nil: nil
            }
        }
    }

    /// Whether an account is to be asked now.
    func isDue(_ key: String, isTroubled: Bool, hasMinimum: Bool, at now: Timestamp) -> Bool {
        state.withLock { state in
            if let askedAt = state.askedAt[key], askedAt + Self.leastPause > now { return false }
            if isTroubled { return true }
            return hasMinimum && (state.readings[key] == nil || state.used.contains(key))
        }
    }

    /// Whether it may be asked who holds the places of a full key; from then on not for a while.
    func mayAskForPlaces(of key: String, at now: Timestamp) -> Bool {
        state.withLock { state in
            if let askedAt = state.placesAskedAt[key], askedAt + Self.leastPause > now { return false }
            state.placesAskedAt[key] = now
            return true
        }
    }

    /// An account is asked now.
    func asks(_ key: String, at now: Timestamp) {
        state.withLock { state in
            state.askedAt[key] = now
            state.used.remove(key)
        }
    }

    /// An account has answered.
    func answered(_ key: String, _ status: AccountStatus, at now: Timestamp) {
        state.withLock { $0.readings[key] = Reading(status: status, at: now) }
    }
}

extension Engine {
    /// Asks accounts whose keys rest, or have a minimum, and why callbacks are missing, as long as the task runs.
    func watchAccounts() async {
        while !Task.isCancelled {
            for account in accounts.values {
                await lookAfter(account)
                // Each may take as long as a question may.
                progress.alive("accounts", at: time.now())
            }
            await lookAfterCallbacks()
            progress.alive("accounts", at: time.now())
            await time.wait(until: time.now() + Balances.pace)
        }
    }

    private func lookAfter(_ account: Account) async {
        let now = time.now()
        let (isTroubled, isFull) = slots.withLock { slots in
            let isTroubled = slots.isTroubled(account.name, at: now)
            return (isTroubled, !isTroubled && slots.rest(account.name, at: now) != nil)
        }
        if isFull, balances.mayAskForPlaces(of: account.name, at: now) { await lookAfterPlaces(of: account) }
        let hasMinimum = account.minimumCoins > 0
        guard balances.isDue(account.name, isTroubled: isTroubled, hasMinimum: hasMinimum, at: now) else { return }
        guard !isTroubled || hasMinimum || balances.curable(account.name) != nil else { return }
        _ = await askBalance(of: account)
    }

    /// Asks an account what it has, and lets its key rest or go on accordingly.
    func askBalance(of account: Account) async -> Result<AccountStatus, CloudError> {
        balances.asks(account.name, at: time.now())
        do throws(CloudError) {
            let status = try await account.cloud.accountStatus()
            let now = time.now()
            balances.answered(account.name, status, at: now)
            judge(status, of: account, at: now)
            return .success(status)
        } catch {
            let now = time.now()
            if case .restKey(let trouble) = error.disposition {
                rest(account, trouble, error.sentence, hint: error.hint, code: error.codeText, at: now)
            }
            return .failure(error)
        }
    }

    private func judge(_ status: AccountStatus, of account: Account, at now: Timestamp) {
        let name = account.name
        if let coins = status.coins, account.minimumCoins > 0, coins < account.minimumCoinsNumber {
            let reason = Self.tooFew("\(coins)", of: account)
            slots.withLock { $0.rest(name, because: reason, until: now + Balances.retryPace) }
            journal.tell(
                ongoing: .keyRests,
                about: "\(name)/minimum",
                at: now,
                "\(reason.english.prefix(1).uppercased() + reason.english.dropFirst()), and rests. Recharge the account; it goes on by itself."
            )
            return
        }
        let trouble = balances.curable(name)
        let isPoor = trouble?.isOfFunds == true && slots.withLock { $0.isTroubled(name, at: now) }
        let hasMore = !isPoor || balances.hasMoreFunds(name, status)
        if trouble == .outOfCoins, let coins = status.coins, coins <= 0 { return extendRest(of: name, at: now) }
        guard hasMore else { return }
        let wasResting = slots.withLock { slots in
            defer { slots.restEnded(name) }
            return slots.isTroubled(name, at: now)
        }
        guard wasResting else { return }
        journal.tell(.keyBack, "Key \(name) goes on: its account answers well.")
        wakes.sending()
    }

    private static func tooFew(_ coins: String, of account: Account) -> Phrase {
        let (name, minimum) = (account.name, account.minimumCoins)
        return Phrase(
            "key \(name) has \(coins) coins, below minimum_coins: \(minimum)",
            zh: "密钥 \(name) 还有 \(coins) 个 RH 币，低于 minimum_coins: \(minimum)",
            ru: "у ключа \(name) осталось монет: \(coins), это меньше minimum_coins: \(minimum)"
        )
    }

    private func extendRest(of name: String, at now: Timestamp) {
        slots.withLock { slots in
            guard let rest = slots.rest(name, at: now) else { return }
            slots.rest(name, because: rest.reason, until: now + Balances.retryPace)
        }
    }
}

extension ErrorCode.KeyTrouble {
    /// Whether the account has too little to pay with.
    fileprivate var isOfFunds: Bool {
        switch self {
        case .outOfCoins, .outOfMoney: true
        case .unauthorized, .freeAccount, .planExpired, .wrongKind: false
        }
    }
}
