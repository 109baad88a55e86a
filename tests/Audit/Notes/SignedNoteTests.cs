using System.Security.Cryptography;
using System.Text;
using Exchange.Audit.Proofs.Notes;

namespace Exchange.Audit.Tests.Notes;

public sealed class SignedNoteTests
{
    // The example of c2sp.org/signed-note: a key and a note that it verifies.
    private const string ExampleKey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    private const string Example = "This is an example message.\n\n\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

    private const string Name = "exchange.test/node-1";

    [Fact]
    public void The_published_example_verifies()
    {
        var note = Parse(Example);
        note.Text.ShouldBe("This is an example message.\n");
        note.ToString().ShouldBe(Example);
        note.VerifiedBy([KeyOf(ExampleKey)]).Single().ToString().ShouldBe(ExampleKey);
        Parse(Example.Replace("message", "massage", StringComparison.Ordinal)).VerifiedBy([KeyOf(ExampleKey)]).ShouldBeEmpty();
    }

    [Fact]
    public void Both_kinds_of_keys_sign_and_verify_and_are_passed_on_as_text()
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        INoteSigner[] signers = [Ed25519NoteKey.Signer(Name, RandomNumberGenerator.GetBytes(32)), EcdsaNoteKey.Signer(Name, pair)];
        var note = Parse(SignedNote.Sign("a text\nof two lines\n", signers).ToString());
        NoteKey[] keys = [.. signers.Select(signer => KeyOf(signer.Key.ToString()))];

        note.VerifiedBy(keys).ShouldBe(keys);
        note.VerifiedBy([keys[1]]).ShouldBe([keys[1]]);
        note.VerifiedBy([]).ShouldBeEmpty();
        note.VerifiedBy([KeyOf(ExampleKey)]).ShouldBeEmpty();
    }

    [Fact]
    public void A_line_of_a_known_key_that_does_not_verify_spoils_the_note_and_a_line_of_a_stranger_does_not()
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (ed25519, ecdsa) = (Ed25519NoteKey.Signer(Name, RandomNumberGenerator.GetBytes(32)), EcdsaNoteKey.Signer(Name, pair));
        var note = SignedNote.Sign("text\n", ed25519, ecdsa);
        var forged = note with { Signatures = [note.Signatures[0], note.Signatures[1] with { Bytes = new byte[70] }] };

        forged.VerifiedBy([ed25519.Key, ecdsa.Key]).ShouldBeEmpty();
        forged.VerifiedBy([ed25519.Key]).ShouldBe([ed25519.Key]);
    }

    [Fact]
    public void A_text_may_have_empty_lines_and_any_letters()
    {
        var signer = Ed25519NoteKey.Signer(Name, RandomNumberGenerator.GetBytes(32));
        var note = Parse(SignedNote.Sign("ed è subito sera\n\n\nвечер\n", signer).ToString());

        note.Text.ShouldBe("ed è subito sera\n\n\nвечер\n");
        note.VerifiedBy([signer.Key]).Length.ShouldBe(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("text\n")]
    [InlineData("text\n\n")]
    [InlineData("text\n\n\u2014 name\n")]
    [InlineData("text\n\n- name AAAAAAA=\n")]
    [InlineData("text\n\n\u2014 name AAAAAAA=")]
    [InlineData("text\n\n\u2014 name AAAA\n")]
    [InlineData("text\n\n\u2014 na+me AAAAAAA=\n")]
    [InlineData("text\n\n\u2014  AAAAAAA=\n")]
    [InlineData("text\n\n\u2014 name AAAAAAA=\n\n")]
    [InlineData("text\n\n\u2014 name AAAAAAB=\n")]
    [InlineData("te\txt\n\n\u2014 name AAAAAAA=\n")]
    [InlineData("te\rxt\n\n\u2014 name AAAAAAA=\n")]
    public void What_is_not_written_as_a_note_is_none(string text) => SignedNote.TryParse(Encoding.UTF8.GetBytes(text), out _, out _).ShouldBeFalse();

    [Fact]
    public void Bytes_that_are_not_UTF8_or_too_many_are_no_note()
    {
        SignedNote.TryParse([.. Encoding.UTF8.GetBytes(Example), 0xFF], out _, out var problem).ShouldBeFalse();
        problem.ShouldBe("it is not UTF-8");
        SignedNote.TryParse(new byte[SignedNote.MaximumBytes + 1], out _, out problem).ShouldBeFalse();
        problem.ShouldContain("65537 bytes");
    }

    [Theory]
    [InlineData("example.com/foo", "is written")]
    [InlineData("example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "has 530d903a")]
    [InlineData("example.com/foo+530d903a+BOkyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "its kind is 0x04")]
    [InlineData("example.com/foo+530d903a+AekyeRrm", "none of its kind")]
    [InlineData("example.com/foo+530d903a+AukyeRrm", "none of its kind")]
    [InlineData("a b+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "is written")]
    public void A_verifier_key_that_is_none_says_why(string line, string why)
    {
        NoteKey.TryParse(line, out _, out var problem).ShouldBeFalse();
        problem.ShouldContain(why);
    }

    [Fact]
    public void A_key_on_another_curve_is_refused()
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Should.Throw<ArgumentException>(() => EcdsaNoteKey.Of(Name, pair));
    }

    private static SignedNote Parse(string text)
    {
        SignedNote.TryParse(Encoding.UTF8.GetBytes(text), out var note, out var problem).ShouldBeTrue(problem);
        return note!;
    }

    private static NoteKey KeyOf(string line)
    {
        NoteKey.TryParse(line, out var key, out var problem).ShouldBeTrue(problem);
        return key!;
    }
}
