using System.Text;
using Exchange.Cli.Demo.World;
using Exchange.Node.Providers;
using Exchange.Policy.Minimisation;
using Exchange.V1;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Node.Tests.Providers;

public sealed class ProviderQuestionTests
{
    [Theory]
    [InlineData("1001", 0, 0, 0, "")]
    [InlineData("клиент-7", 1, 1_793_491_200_000_000, 100, "after 7")]
    [InlineData(null, -5, long.MaxValue, 10_000, "c")]
    public void A_question_is_what_the_generated_message_would_serialise(string? subject, long start, long end, int size, string token)
    {
        var question = new ProviderQuestion
        {
            Transfer = TransferId.New(),
            Form = SomeQuestion.Form(FieldSet.Range(1, 9)),
            Subject = subject is null ? null : Encoding.UTF8.GetBytes(subject),
            PeriodStart = start,
            PeriodEnd = end,
            PageSize = size,
            PageToken = Encoding.UTF8.GetBytes(token),
        };

        var written = new byte[question.Size];
        question.Write(written);

        written.ShouldBe(new ProviderFetchRequest
        {
            TransferId = ByteString.CopyFrom(question.Transfer.ToArray()),
            Dataset = DemoMembers.Purchases.Value,
            Purpose = DemoMembers.TaxDeduction.Value,
            Subject = subject is null ? null : new Subject { Scheme = SomeQuestion.Purchases.SubjectScheme!.Value.Value, Value = subject },
            Fields = { SomeQuestion.Purchases.Shape.Paths(FieldSet.Range(1, 9)) },
            Period = new TimeRange { Start = start, End = end },
            PageSize = (uint)size,
            PageToken = ByteString.CopyFromUtf8(token),
        }.ToByteArray());
    }
}
