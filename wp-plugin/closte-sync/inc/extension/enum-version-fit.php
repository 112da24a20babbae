<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Extension;

/**
 * Whether a version of the extension and this plugin fit together. One that does not counts as absent, whatever it can do.
 *
 * The extension must have all that the plugin asks for, so there is an oldest version. What a later one does is known up to
 * the plugin's own version, and as far as versions are compatible with it: as semantic versioning has it, those of the same
 * major version, and before 1.0 those of the same minor one.
 */
enum Version_Fit {

	case Missing;
	case TooOld;
	case Fits;
	case TooNew;

	/**
	 * @param ?string $extension Null: none is loaded.
	 * @param string  $oldest    Of the extension, that the plugin works with.
	 * @param string  $plugin    The plugin's own version.
	 */
	public static function of( ?string $extension, string $oldest, string $plugin ): self {
		return match ( true ) {
			null === $extension                                                  => self::Missing,
			version_compare( $extension, $oldest, '<' )                          => self::TooOld,
			version_compare( self::series( $extension ), self::series( $plugin ), '>' ) => self::TooNew,
			default                                                              => self::Fits,
		};
	}

	/**
	 * What versions that are compatible with each other have in common: 0.2, 1, 2.
	 */
	private static function series( string $version ): string {
		$parts = explode( '.', $version );

		return '0' === $parts[0] ? '0.' . (int) ( $parts[1] ?? 0 ) : (string) (int) $parts[0];
	}
}
