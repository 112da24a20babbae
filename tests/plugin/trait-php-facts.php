<?php
/**
 * What a PHP on Debian tells of itself.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Diagnosis\Php\Facts;
use ClosteSync\Diagnosis\Php\Library;
use ClosteSync\Extension\Extension;

trait Php_Facts {

	/**
	 * @param array<string, mixed>  $changes
	 * @param ?array<string, mixed> $library
	 */
	private static function php( array $changes, ?array $library ): Facts {
		$fits = array(
			'path'    => '/usr/lib/php/20220829/closte.so',
			'machine' => 'x86_64',
			'libc'    => 'gnu',
			'api'     => 20220829,
			'version' => Extension::plugin_version(),
			'glibc'   => '2.34',
		);

		return new Facts(
			...array_merge(
				array(
					'version'       => '8.2.36',
					'sapi'          => 'fpm-fcgi',
					'host'          => 'web1',
					'systems'       => array( 'debian' ),
					'release'       => '12',
					'glibc'         => '2.36',
					'extension_dir' => '/usr/lib/php/20220829',
					'ini_file'      => '/etc/php/8.2/fpm/php.ini',
					'scan_dir'      => '/etc/php/8.2/fpm/conf.d',
					'has_modules'   => true,
					'library'       => null === $library ? null : new Library( ...array_merge( $fits, $library ) ),
				),
				$changes
			)
		);
	}
}
