namespace Orleans.Runtime
{
    /// <summary>Base of what the grain runtime itself throws. A failure of storage arrives as one, with its cause inside.</summary>
    public class OrleansException : Exception
    {
        public OrleansException()
        {
        }

        public OrleansException(string message)
            : base(message)
        {
        }

        public OrleansException(string message, Exception innerException)
            : base(message, innerException)
        {
        }
    }

    /// <summary>The call was not taken, so it has had no effect and may be sent again.</summary>
    public class OrleansMessageRejectionException : OrleansException
    {
        internal OrleansMessageRejectionException(string message)
            : base(message)
        {
        }

        internal OrleansMessageRejectionException(string message, Exception innerException)
            : base(message, innerException)
        {
        }
    }

    /// <summary>The runtime is stopping.</summary>
    public sealed class SiloUnavailableException : OrleansMessageRejectionException
    {
        public SiloUnavailableException()
            : base("The grain runtime is not available.")
        {
        }

        public SiloUnavailableException(string msg)
            : base(msg)
        {
        }

        public SiloUnavailableException(string message, Exception innerException)
            : base(message, innerException)
        {
        }
    }

    /// <summary>Too many calls wait for one activation; the call was not taken.</summary>
    public sealed class LimitExceededException : OrleansException
    {
        public LimitExceededException()
        {
        }

        public LimitExceededException(string message)
            : base(message)
        {
        }

        public LimitExceededException(string message, Exception innerException)
            : base(message, innerException)
        {
        }
    }
}

namespace Orleans.Storage
{
    /// <summary>
    /// The stored version is not the one this activation knows: somebody else wrote. Nothing was stored. Thrown out of a grain's
    /// method, it also
    /// ends that activation, so a repeated call reads the truth and decides again.
    /// </summary>
    public class InconsistentStateException : Runtime.OrleansException
    {
        public InconsistentStateException()
        {
        }

        public InconsistentStateException(string message)
            : base(message)
        {
        }

        public InconsistentStateException(string message, Exception? innerException)
            : base(message, innerException!)
        {
        }

        public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag, Exception? storageException = null)
            : base(errorMsg, storageException!)
        {
            StoredEtag = storedEtag;
            CurrentEtag = currentEtag;
        }

        /// <summary>The version found in the store; null where it is not known or there is no record.</summary>
        public string? StoredEtag { get; }

        /// <summary>The version the writer expected.</summary>
        public string? CurrentEtag { get; }

        /// <summary>False once it has left the grain whose state was stale: a grain that merely passes it on is not stale itself.</summary>
        internal bool IsSourceActivation { get; set; } = true;
    }
}
