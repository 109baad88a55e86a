using Grpc.AspNetCore.Server.Calls;
using Grpc.Core.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;

namespace Grpc.AspNetCore.Server.Binding;

/// <summary>
/// Which requests the endpoints that answer UNIMPLEMENTED take. What is not gRPC is left to the application's other endpoints. And a method
/// that exists never has them as second choice: a route with one candidate is followed without reading route values out of the path, which
/// would cost every call several hundred bytes.
/// </summary>
internal sealed class UnimplementedConstraint : IRouteConstraint, IParameterLiteralNodeMatchingPolicy
{
    private readonly HashSet<string> _methods = new(StringComparer.OrdinalIgnoreCase); // Routes ignore case.

    public void Add(IEnumerable<MethodHandler> handlers) => _methods.UnionWith(handlers.Select(handler => handler.Method.Name));

    public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
        httpContext is not null && HttpMethods.IsPost(httpContext.Request.Method) && HeaderName.IsGrpc(httpContext.Request.ContentType);

    /// <summary>Asked when routes are compiled, which is after all services have been mapped.</summary>
    public bool MatchesLiteral(string parameterName, string literal) => !_methods.Contains(literal);
}
