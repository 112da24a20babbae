<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Operations;

/**
 * How a domain is given to a site.
 */
enum Add_Method: string {

	/** As a mapping, by the domain mapping plugin that is loaded. */
	case Mapping = 'mapping';
	/** As the site's address. */
	case Address = 'address';
	/** It is sent to Closte only: something else serves it. */
	case Register = 'register';
}
