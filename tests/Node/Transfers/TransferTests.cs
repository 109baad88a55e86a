using System.Buffers;
using System.Runtime.CompilerServices;
using Exchange.Node.Consents;
using Exchange.Node.Identity;
using Exchange.Node.Snapshots;
using Exchange.Node.Tests.Worlds;
using Exchange.Node.Transfers;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Node.Tests.Transfers;

/// <summary>Transfers are used again: what one was about must not live as long as the object that carried it (I6).</summary>
public sealed class TransferTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_transfer_that_has_ended_holds_neither_snapshot_nor_consent(bool isReleased)
    {
        var transfer = Transfer.Of(new ReadOnlySequence<byte>(SomeWorld.RawRequest().ToByteArray()));

        var known = Carry(transfer, isReleased);
        GC.Collect();

        known.ShouldAllBe(held => !held.IsAlive);
        transfer.Facts.HasSubject.ShouldBeFalse();
        transfer.Facts.Subject.ShouldBe(default);
        transfer.Facts.Consent.ShouldBe(default);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference[] Carry(Transfer transfer, bool isReleased)
    {
        var (snapshot, consumer, state) = (Some<NodeSnapshot>(), Some<Member>(), Some<ConsentState>());
        var slot = new ConsentSlot(state);
        transfer.Begin(consumer, DateTime.UtcNow, snapshot);
        transfer.Facts.NameSubject(SubjectId.New(), new byte[32], "exchange.test/node-1");
        transfer.Facts.NameConsent(ConsentId.New(), new byte[32], "exchange.test/node-1");
        transfer.Gate.Guard(Some<SnapshotHolder>(), snapshot, slot, state, TimeProvider.System);
        if (isReleased)
        {
            transfer.Page.Dispose();
        }
        else
        {
            transfer.Refuse(ErrorCode.SubjectNotAvailable);
            transfer.End();
        }

        return [new(snapshot), new(consumer), new(state), new(slot)];
    }

    /// <summary>Nobody looks into it.</summary>
    private static T Some<T>()
        where T : class => (T)RuntimeHelpers.GetUninitializedObject(typeof(T));
}
