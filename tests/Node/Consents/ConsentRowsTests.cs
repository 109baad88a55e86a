using System.Security.Cryptography;
using Exchange.Node.Consents;
using Exchange.Node.Consents.Sqlite;
using Exchange.Node.Keys;
using Exchange.Node.Subjects;
using Exchange.Vocabulary;

namespace Exchange.Node.Tests.Consents;

/// <summary>What is stored comes back, and what a million rows say alike is in memory once.</summary>
public sealed class ConsentRowsTests : IDisposable
{
    private static readonly MemberId Manager = MemberId.Parse("spiffe://exchange.test/gov/portal");
    private static readonly MemberId Consumer = MemberId.Parse("spiffe://exchange.test/gov/tax-service");
    private static readonly MemberId Provider = MemberId.Parse("spiffe://exchange.test/market/sample");

    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("exchange-test-").FullName, "consents.db");
    private readonly MasterKey _master = new(RandomNumberGenerator.GetBytes(MasterKey.Size));
    private readonly SubjectVault _vault;

    public ConsentRowsTests() => _vault = new SubjectVault(_master);

    public void Dispose()
    {
        _master.Dispose();
        Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);
    }

    [Fact]
    public async Task What_was_stored_is_loaded()
    {
        var subject = Subject("1");
        var consent = Consent(subject, "purchases.v1") with
        {
            Status = ConsentStatus.Paused,
            Revision = 7,
            Expire = new Instant(9),
            EvidenceDigest = Digest.Of("form"u8).ToArray(),
            Assertions = [new("adult", Digest.Of("adult"u8)), new("resident of", Digest.Of("resident"u8))],
        };
        var loaded = await StoreAndLoadAsync((subject, consent));

        var same = loaded.Consents.ShouldHaveSingleItem();
        (same.Id, same.For, same.Revision, same.Status, same.DescriptorDigest, same.ValidFrom, same.Expire, same.Manager, same.Jurisdiction, same.ChangeTime)
            .ShouldBe((consent.Id, consent.For, consent.Revision, consent.Status, consent.DescriptorDigest, consent.ValidFrom, consent.Expire, consent.Manager, consent.Jurisdiction, consent.ChangeTime));
        same.Fields.Paths.ShouldBe(consent.Fields.Paths);
        same.Assertions.ShouldBe(consent.Assertions);
        same.EvidenceDigest.ShouldBe(consent.EvidenceDigest);
        _vault.Open(same.Key).ShouldBe(_vault.Open(consent.Key));

        var person = loaded.Subjects.ShouldHaveSingleItem();
        person.Id.ShouldBe(subject.Id);
        _vault.KeyOf(person).ShouldBe(_vault.KeyOf(subject));
        person.Names.Select(name => (name.BlindIndex, name.Scope, name.Scheme)).ShouldBe(subject.Names.Select(name => (name.BlindIndex, name.Scope, name.Scheme)), ignoreOrder: true);
        _vault.NameOf(person, string.Empty, SubjectScheme.Parse("inn")).ShouldBe("770000000001"u8.ToArray());
        _vault.NameOf(person, Provider.Value, SubjectScheme.Parse("customer_id")).ShouldBe("1"u8.ToArray());
    }

    [Fact]
    public async Task What_consents_have_in_common_is_in_memory_once()
    {
        var (first, second) = (Subject("1"), Subject("2"));
        var loaded = await StoreAndLoadAsync((first, Consent(first, "purchases.v1")), (second, Consent(second, "purchases.v1")));

        var (one, other) = (loaded.Consents[0], loaded.Consents[1]);
        other.Fields.ShouldBeSameAs(one.Fields);
        other.For.Consumer.Value.ShouldBeSameAs(one.For.Consumer.Value);
        other.For.Provider.Value.ShouldBeSameAs(one.For.Provider.Value);
        other.For.Dataset.Value.ShouldBeSameAs(one.For.Dataset.Value);
        other.For.Purpose.Value.ShouldBeSameAs(one.For.Purpose.Value);
        other.Jurisdiction.ShouldBeSameAs(one.Jurisdiction);
        other.Key.ShouldNotBeSameAs(one.Key);
    }

    [Fact]
    public async Task The_same_paths_of_two_datasets_are_not_shared()
    {
        var subject = Subject("1");
        var loaded = await StoreAndLoadAsync((subject, Consent(subject, "purchases.v1")), (subject, Consent(subject, "purchases.v2")));
        loaded.Consents[1].Fields.ShouldNotBeSameAs(loaded.Consents[0].Fields);
    }

    private async Task<StoredConsents> StoreAndLoadAsync(params (SubjectRecord Subject, ConsentRecord Consent)[] stored)
    {
        await using (var store = new SqliteConsentStore(_file))
        {
            foreach (var (subject, consent) in stored)
            {
                await store.StoreAsync(new ConsentEvent(TransferId.New(), ConsentEventKind.Given, consent, subject, Manager, LogIndex: 1));
            }
        }

        await using var again = new SqliteConsentStore(_file);
        return again.Load();
    }

    private SubjectRecord Subject(string customer) => _vault.WithName(_vault.WithName(_vault.Create(), Name("customer_id", customer)), Name("inn", $"77000000000{customer}"));

    private ConsentRecord Consent(SubjectRecord subject, string dataset)
    {
        var id = ConsentId.New();
        return new ConsentRecord
        {
            Id = id,
            For = new ConsentTuple(subject.Id, Provider, Consumer, DatasetId.Parse(dataset), PurposeId.Parse("tax-deduction")),
            Revision = 1,
            Status = ConsentStatus.Given,
            Fields = new(["order_number", "total.minor_units"]),
            DescriptorDigest = Digest.Of("descriptor"u8),
            ValidFrom = new Instant(5),
            Expire = null,
            Key = _vault.NewKey(id.Value),
            Manager = Manager,
            Jurisdiction = "RU",
            EvidenceDigest = [],
            ChangeTime = new Instant(6),
        };
    }

    private static SubjectName Name(string scheme, string value) =>
        SubjectName.TryCreate(Provider, SubjectScheme.Parse("customer_id"), SubjectScheme.Parse(scheme), value, out var name) ? name : throw new ArgumentException(value);
}
