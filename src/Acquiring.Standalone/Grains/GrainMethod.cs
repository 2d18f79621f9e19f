using System.Linq.Expressions;
using System.Reflection;
using Orleans;
using Orleans.Concurrency;

namespace Acquiring.Standalone.Grains;

/// <summary>A method that returns no value answers with this.</summary>
internal readonly struct NoResult;

/// <summary>A method of a grain interface, its invocation compiled once at start.</summary>
internal abstract class GrainMethod(MethodInfo method)
{
    private static readonly MethodInfo CreateGeneric =
        typeof(GrainMethod).GetMethod(nameof(CreateFor), BindingFlags.NonPublic | BindingFlags.Static)!;

    public string Name { get; } = method.Name;

    public bool AlwaysInterleave { get; } = method.IsDefined(typeof(AlwaysInterleaveAttribute));

    /// <summary>Makes the call and the very object the interface method returns.</summary>
    public abstract GrainCall NewCall(object?[] arguments, out object response);

    /// <exception cref="InvalidOperationException">The method's shape is not one that a message can have.</exception>
    public static GrainMethod Create(MethodInfo method, MessageCopier? copier)
    {
        if (method.IsGenericMethod || method.GetParameters().Any(p => p.ParameterType.IsByRef))
        {
            throw Unfit(method, "generic methods and by-reference parameters cannot become messages");
        }

        var returns = method.ReturnType;
        var result = returns == typeof(Task) || returns == typeof(ValueTask) ? typeof(NoResult)
            : returns.IsGenericType && returns.GetGenericTypeDefinition() is var open
                && (open == typeof(Task<>) || open == typeof(ValueTask<>)) ? returns.GetGenericArguments()[0]
            : throw Unfit(method, "it must return Task, Task<T>, ValueTask or ValueTask<T>");
        return (GrainMethod)CreateGeneric.MakeGenericMethod(result).Invoke(null, [method, copier])!;
    }

    private static GrainMethod<T> CreateFor<T>(MethodInfo method, MessageCopier? copier) => new(method, copier);

    private static InvalidOperationException Unfit(MethodInfo method, string why) =>
        new($"{method.DeclaringType}.{method.Name} cannot be called on a grain: {why}.");
}

internal sealed class GrainMethod<T> : GrainMethod
{
    private readonly Func<object, object?[], Task> _invoke;
    private readonly Func<Task<T>, object> _shape;
    private readonly ParameterInfo[] _parameters;
    private readonly ParameterInfo _result;
    private readonly int _tokenAt;
    private readonly string _place;
    private readonly MessageCopier? _copier;

    /// <param name="method">The interface's method.</param>
    /// <param name="copier">Null where messages are shared.</param>
    public GrainMethod(MethodInfo method, MessageCopier? copier)
        : base(method)
    {
        _copier = copier;
        _parameters = method.GetParameters();
        _result = method.ReturnParameter;
        _tokenAt = Array.FindIndex(_parameters, p => p.ParameterType == typeof(CancellationToken));
        _place = $"{method.DeclaringType}.{method.Name}";
        _invoke = Compile(method);
        _shape = method.ReturnType == typeof(ValueTask) ? static task => new ValueTask(task)
            : method.ReturnType == typeof(ValueTask<T>) ? static task => new ValueTask<T>(task)
            : static task => task;
    }

    public override GrainCall NewCall(object?[] arguments, out object response)
    {
        var call = new GrainCall<T>(this, arguments);
        response = _shape(call.Response);
        if (_tokenAt >= 0 && arguments[_tokenAt] is CancellationToken { CanBeCanceled: true } token)
        {
            call.ReleaseCallerOn(token);
        }

        if (_copier is not null)
        {
            try
            {
                for (var i = 0; i < arguments.Length; i++)
                {
                    arguments[i] = _copier.Copy(arguments[i], _parameters[i], _place);
                }
            }
            catch (InvalidOperationException uncopyable)
            {
                call.Fail(uncopyable);
            }
        }

        return call;
    }

    public Task Invoke(Grain grain, object?[] arguments) => _invoke(grain, arguments)
        ?? throw new InvalidOperationException($"{_place} returned null instead of a task.");

    public T ResultOf(Task invocation)
    {
        if (typeof(T) == typeof(NoResult))
        {
            return default!;
        }

        var result = ((Task<T>)invocation).GetAwaiter().GetResult();
        return _copier is null ? result : (T)_copier.Copy(result, _result, _place)!;
    }

    private static Func<object, object?[], Task> Compile(MethodInfo method)
    {
        var grain = Expression.Parameter(typeof(object));
        var arguments = Expression.Parameter(typeof(object?[]));
        Expression call = Expression.Call(
            Expression.Convert(grain, method.DeclaringType!),
            method,
            method.GetParameters().Select((p, i) =>
                Expression.Convert(Expression.ArrayIndex(arguments, Expression.Constant(i)), p.ParameterType)));
        if (method.ReturnType.IsValueType)
        {
            call = Expression.Call(call, nameof(ValueTask.AsTask), null);
        }

        return Expression.Lambda<Func<object, object?[], Task>>(Expression.Convert(call, typeof(Task)), grain, arguments).Compile();
    }
}
