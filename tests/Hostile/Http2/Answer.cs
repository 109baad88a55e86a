using System.Buffers.Binary;
using System.Globalization;

namespace Exchange.Hostile.Tests.Http2;

/// <summary>What the server said on one stream, checked as it comes.</summary>
internal sealed class Answer
{
    private const int PrefixSize = 5;

    private readonly List<byte> _body = [];
    private List<(string Name, string Value)>? _headers;

    /// <summary>The HTTP status; 0 before the headers.</summary>
    public int HttpStatus { get; private set; }

    /// <summary>The gRPC status, once it is there.</summary>
    public int? GrpcStatus { get; private set; }

    /// <summary>What came as data.</summary>
    public IReadOnlyList<byte> Body => _body;

    /// <summary>END_STREAM has come.</summary>
    public bool Ended { get; private set; }

    /// <summary>RST_STREAM has come, with this code.</summary>
    public ErrorCode? Reset { get; private set; }

    /// <summary>Nothing more can come.</summary>
    public bool IsOver => Ended || Reset is not null;

    /// <summary>Whole messages in the body.</summary>
    public int Messages { get; private set; }

    public void AddHeaders(List<(string Name, string Value)> headers, bool end)
    {
        if (_headers is null)
        {
            _headers = headers;
            HttpStatus = int.Parse(headers.Single(header => header.Name == ":status").Value, NumberStyles.None, CultureInfo.InvariantCulture);
        }
        else if (!end)
        {
            throw new HostileFinding("Two header blocks, and the second does not end the stream.");
        }

        foreach (var (_, value) in headers.Where(header => header.Name == "grpc-status"))
        {
            GrpcStatus = GrpcStatus is null && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status <= 16
                ? status
                : throw new HostileFinding($"The grpc-status '{value}' is none, or the second.");
        }

        EndIf(end);
    }

    public void AddData(ReadOnlySpan<byte> data, bool end)
    {
        if (_headers is null)
        {
            throw new HostileFinding("Data before headers.");
        }

        _body.AddRange(data);
        EndIf(end);
    }

    public void AddReset(ErrorCode error) => Reset = error;

    public override string ToString() => $"HTTP {HttpStatus}, grpc-status {GrpcStatus}, {Messages} messages, reset {Reset}";

    private void EndIf(bool end)
    {
        if (!end)
        {
            return;
        }

        Ended = true;
        Messages = CountMessages();
        if (HttpStatus == 200 && GrpcStatus is null)
        {
            throw new HostileFinding($"An answer with HTTP status 200 has no grpc-status: {string.Join(", ", _headers!)}; {_body.Count} bytes.");
        }
    }

    private int CountMessages()
    {
        ReadOnlySpan<byte> body = _body.ToArray();
        var count = 0;
        for (; body.Length > 0; count++)
        {
            var whole = body.Length >= PrefixSize ? PrefixSize + (long)BinaryPrimitives.ReadUInt32BigEndian(body[1..]) : long.MaxValue;
            if (whole > body.Length || body[0] > 1)
            {
                throw new HostileFinding("An answer's body does not end with a whole message.");
            }

            body = body[(int)whole..];
        }

        return count;
    }
}
