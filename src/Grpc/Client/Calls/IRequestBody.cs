using System.Net.Http.Headers;
using Grpc.Core.Wire;

namespace Grpc.Net.Client.Calls;

/// <summary>The body of a call's request, an <see cref="HttpContent"/> of <c>application/grpc</c>.</summary>
internal interface IRequestBody
{
    /// <summary>The call has ended; nobody will write any more.</summary>
    void End();

    /// <summary>Says what it is, as text: a parsed value would be put together again for every request.</summary>
    static void Describe(HttpContentHeaders headers) => headers.TryAddWithoutValidation("content-type", HeaderName.ContentType);
}
