<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Diagnosis\Php;

use ClosteSync\Extension\Extension;
use ClosteSync\Extension\Version_Fit;

/**
 * What keeps a PHP from having an extension that fits the plugin.
 */
enum Extension_Problem: string {

	case PluginTooOld      = 'plugin-too-old';
	case TooOld            = 'too-old';
	case OldLibraryRuns    = 'old-library-runs';
	case ManagedHosting    = 'managed-hosting';
	case ThreadSafe        = 'thread-safe';
	case Hidden            = 'hidden';
	case Absent            = 'absent';
	case NamedFileIsGone   = 'named-file-is-gone';
	case Unreadable        = 'unreadable';
	case Broken            = 'broken';
	case OtherArchitecture = 'other-architecture';
	case OtherLibc         = 'other-libc';
	case BuiltThreadSafe   = 'built-thread-safe';
	case OtherPhp          = 'other-php';
	case OlderGlibc        = 'older-glibc';
	case NotNamed          = 'not-named';
	case Refused           = 'refused';
	case NotReloaded       = 'not-reloaded';

	/**
	 * Null: nothing does.
	 */
	public static function of( Facts $php ): ?self {
		return match ( self::fit( $php->extension ) ) {
			Version_Fit::Fits    => null,
			Version_Fit::TooNew  => self::PluginTooOld,
			Version_Fit::TooOld  => match ( true ) {
				Extension::fits( $php->library?->version ) => self::OldLibraryRuns,
				'' !== $php->application                   => self::ManagedHosting,
				default                                    => self::TooOld,
			},
			Version_Fit::Missing => self::of_missing( $php, $php->library ),
		};
	}

	private static function of_missing( Facts $php, ?Library $library ): self {
		$is_managed = '' !== $php->application;

		return match ( true ) {
			$php->is_thread_safe                           => self::ThreadSafe,
			! $php->sees_files                             => $is_managed ? self::ManagedHosting : self::Hidden,
			null === $library                              => $is_managed ? self::ManagedHosting : self::Absent,
			! $library->is_there                           => self::NamedFileIsGone,
			! $library->is_readable                        => self::Unreadable,
			null === $library->machine                     => self::Broken,
			$library->machine !== $php->machine            => self::OtherArchitecture,
			self::differ( $library->libc, $php->libc )     => self::OtherLibc,
			$library->is_thread_safe                       => self::BuiltThreadSafe,
			self::differ( $library->api, $php->api() )     => self::OtherPhp,
			self::is_older( $php->glibc, $library->glibc ) => self::OlderGlibc,
			null === $php->configured_in                   => self::NotNamed,
			$php->is_command_line() && ! $php->is_line_new => self::Refused,
			default                                        => self::NotReloaded,
		};
	}

	private static function fit( ?string $version ): Version_Fit {
		return Version_Fit::of( $version, Extension::MINIMUM_VERSION, Extension::plugin_version() );
	}

	private static function differ( int|string|null $one, int|string|null $other ): bool {
		return null !== $one && null !== $other && $one !== $other;
	}

	private static function is_older( ?string $version, ?string $needed ): bool {
		return null !== $version && null !== $needed && version_compare( $version, $needed, '<' );
	}
}
