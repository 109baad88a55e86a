using Exchange.Node.Allowances;
using Exchange.Node.Keys;
using Exchange.Policy.Model;
using Exchange.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exchange.Node.Tests.Allowances;

public sealed class AllowanceBookTests
{
    private static readonly RuleKey Rule = new(
        MemberId.Parse("spiffe://exchange.test/gov/tax"), MemberId.Parse("spiffe://exchange.test/market/one"), DatasetId.Parse("purchases.v1"), PurposeId.Parse("tax"));

    private static readonly Digest Subject = Digest.Of("somebody"u8);
    private static readonly Instant Midnight = Instant.From(new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly SomeClock _clock = new() { Now = Midnight };
    private readonly AllowanceBook _book;
    private readonly ForgettingStore _store = new();
    private readonly AllowanceKeys _keys = new(new MasterKey(new byte[MasterKey.Size]));

    public AllowanceBookTests() => _book = new AllowanceBook(_store, _clock, NullLogger<AllowanceBook>.Instance);

    [Fact]
    public void Units_are_taken_all_or_none()
    {
        var key = Key(Midnight);

        _book.TryTake(key, 2, 3).ShouldBeTrue();
        _book.TryTake(key, 2, 3).ShouldBeFalse();
        _book.TryTake(key, 1, 3).ShouldBeTrue();
        _book.GiveBack(key, 2);
        _book.TryTake(key, 2, 3).ShouldBeTrue();
    }

    [Fact]
    public void A_new_period_begins_with_all_units()
    {
        var before = Key(Midnight - TimeSpan.FromMicroseconds(1));
        _book.TryTake(before, 1, 1).ShouldBeTrue();

        before.End.ShouldBe(Midnight);
        _book.TryTake(Key(Midnight), 1, 1).ShouldBeTrue();
        _book.TryTake(Key(Midnight + TimeSpan.FromHours(23)), 1, 1).ShouldBeFalse();
    }

    [Fact]
    public void Everything_that_is_counted_apart_has_a_name_of_its_own()
    {
        AllowanceKey[] keys =
        [
            Key(Midnight),
            _keys.Of(AllowanceUse.Evaluations, Rule, Subject, CalendarPeriod.Day, Midnight),
            _keys.Of(AllowanceUse.Fetches, Rule, Digest.Zero, CalendarPeriod.Day, Midnight),
            _keys.Of(AllowanceUse.Fetches, Rule, Subject, CalendarPeriod.Month, Midnight),
            _keys.Of(AllowanceUse.Fetches, Rule, Subject, CalendarPeriod.Day, Midnight + TimeSpan.FromDays(1)),
            _keys.Of(AllowanceUse.Fetches, Rule with { Purpose = PurposeId.Parse("tax-2") }, Subject, CalendarPeriod.Day, Midnight),
            _keys.Of(AllowanceUse.Fetches, Rule with { Consumer = Rule.Provider, Provider = Rule.Consumer }, Subject, CalendarPeriod.Day, Midnight),
        ];

        keys.Select(key => key.Name).Distinct().Count().ShouldBe(keys.Length);
        Key(Midnight).ShouldBe(Key(Midnight + TimeSpan.FromHours(5)));
    }

    [Fact]
    public void Ended_periods_are_forgotten_once_a_day_here_and_in_the_store()
    {
        Take(Midnight - TimeSpan.FromHours(30)).ShouldBeTrue();
        Take(Midnight - TimeSpan.FromHours(7)).ShouldBeTrue();
        _book.Size.ShouldBe(2);
        _store.Forgotten.ShouldBe([Midnight - TimeSpan.FromHours(30)]);

        Take(Midnight).ShouldBeTrue();

        (_book.Size, _store.Forgotten[^1]).ShouldBe((1, Midnight));
        Take(Midnight).ShouldBeFalse();
    }

    private bool Take(Instant now)
    {
        _clock.Now = now;
        return _book.TryTake(Key(now), 1, 1);
    }

    private AllowanceKey Key(Instant now) => _keys.Of(AllowanceUse.Fetches, Rule, Subject, CalendarPeriod.Day, now);

    private sealed class SomeClock : TimeProvider
    {
        internal Instant Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now.ToDateTimeOffset();
    }

    private sealed class ForgettingStore : IAllowanceStore
    {
        internal List<Instant> Forgotten { get; } = [];

        public IReadOnlyList<StoredAllowance> Load(Instant now) => [];

        public Task SpendAsync(AllowanceKey key, int units) => throw new InvalidOperationException("The book itself stores nothing.");

        public Task FreezeAsync(AllowanceKey key, IReadOnlyList<FrozenAnswer> answers) => throw new InvalidOperationException("The book itself stores nothing.");

        public Task ForgetAsync(Instant now)
        {
            Forgotten.Add(now);
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
