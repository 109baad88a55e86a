using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using Exchange.Cli.Demo.World;
using Exchange.Envelopes;
using Exchange.Node.Identity;
using Exchange.Node.Keys;
using Exchange.Node.Telemetry;
using Exchange.Node.Tests.Worlds;
using Exchange.Vocabulary;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Node.Tests.Keys;

public sealed class SealingContextsTests : IDisposable
{
    private const int Callers = 64;

    private readonly NodeClock _clock = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterListener _listener = new();
    private readonly SealingContexts _contexts;
    private long _agreements;

    public SealingContextsTests()
    {
        var meters = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "exchange.sealing.agreements" && ReferenceEquals(instrument.Meter.Scope, meters))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref _agreements, count));
        _listener.Start();
        _contexts = new SealingContexts(DemoMembers.Origin, _clock, new NodeMetrics(meters));
    }

    public void Dispose()
    {
        _contexts.Dispose();
        _listener.Dispose();
        _services.Dispose();
    }

    [Fact]
    public void However_many_seal_there_is_one_agreement_a_minute()
    {
        const int minutes = 4;
        var recipient = Recipient(NewKey());
        var used = new ConcurrentDictionary<SealingContext, bool>();
        using var seconds = new Barrier(Callers, _ => _clock.Advance(TimeSpan.FromSeconds(1)));
        OnThreads(() =>
        {
            for (var second = 0; second < minutes * 60; second++)
            {
                for (var call = 0; call < 20; call++)
                {
                    used.TryAdd(_contexts.For(recipient)!, true);
                }

                seconds.SignalAndWait();
            }
        });

        _agreements.ShouldBe(minutes);
        used.Count.ShouldBe(minutes);
    }

    [Fact]
    public void Nothing_older_than_a_minute_and_a_few_seconds_is_sealed_with()
    {
        var recipient = Recipient(NewKey());
        var first = _contexts.For(recipient);
        for (var gap = 0; gap < 3; gap++)
        {
            // So long that the old one is not to be had any more: all wait for one agreement.
            _clock.Advance(TimeSpan.FromHours(1));
            var used = new ConcurrentDictionary<SealingContext, bool>();
            OnThreads(() => used.TryAdd(_contexts.For(recipient)!, true));
            used.Keys.ShouldHaveSingleItem().ShouldNotBeSameAs(first);
        }

        _agreements.ShouldBe(4);
    }

    [Fact]
    public void The_first_callers_wait_for_one_agreement()
    {
        var recipient = Recipient(NewKey());
        var used = new ConcurrentDictionary<SealingContext, bool>();
        OnThreads(() => used.TryAdd(_contexts.For(recipient)!, true));
        used.ShouldHaveSingleItem();
        _agreements.ShouldBe(1);
    }

    [Fact]
    public void Each_recipient_has_agreements_of_its_own()
    {
        Member[] recipients = [Recipient(NewKey(), DemoMembers.TaxService), Recipient(NewKey(), DemoMembers.Portal)];
        OnThreads(() =>
        {
            foreach (var recipient in recipients)
            {
                _contexts.For(recipient)!.RecipientKeyId.ShouldBe(recipient.EncryptionKeys[0].KeyId);
            }
        });
        _agreements.ShouldBe(2);
    }

    [Fact]
    public void A_new_key_is_sealed_to_from_its_first_moment()
    {
        var (former, next) = (NewKey(), NewKey());
        next = next with { ValidFrom = _clock.Now() + TimeSpan.FromSeconds(30) };
        var recipient = Recipient([next, former]);
        _contexts.For(recipient)!.RecipientKeyId.ShouldBe(former.KeyId);
        _clock.Advance(TimeSpan.FromSeconds(30));

        OnThreads(() => _contexts.For(recipient)!.RecipientKeyId.ShouldBe(next.KeyId));
        _agreements.ShouldBe(2);
    }

    [Fact]
    public void Without_a_valid_key_there_is_no_context()
    {
        var key = NewKey() with { ValidUntil = _clock.Now() + TimeSpan.FromSeconds(10) };
        var recipient = Recipient(key);
        _contexts.For(recipient).ShouldNotBeNull();
        _clock.Advance(TimeSpan.FromSeconds(10));
        _contexts.For(recipient).ShouldBeNull();
    }

    private static EncryptionKey NewKey()
    {
        using var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(includePrivateParameters: false);
        return new EncryptionKey(KeyThumbprint.OfP256(point), point, default, null);
    }

    private static Member Recipient(EncryptionKey key, MemberId? id = null) => Recipient([key], id);

    private static Member Recipient(EncryptionKey[] keys, MemberId? id = null) => new()
    {
        Id = id ?? DemoMembers.TaxService,
        Name = "Recipient",
        Roles = MemberRoles.Consumer,
        Anchor = null!, // Nobody connects here.
        AnchorFile = string.Empty,
        EncryptionKeys = [.. keys],
    };

    /// <summary>Threads that begin together; what one of them throws is thrown.</summary>
    private static void OnThreads(Action call)
    {
        using var start = new Barrier(Callers);
        var faults = new ConcurrentQueue<Exception>();
        var threads = Enumerable.Range(0, Callers).Select(_ => new Thread(() =>
        {
            try
            {
                start.SignalAndWait();
                call();
            }
            catch (Exception fault)
            {
                faults.Enqueue(fault);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        faults.ShouldBeEmpty();
    }
}
